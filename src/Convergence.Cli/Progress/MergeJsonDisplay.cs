using System.Text.Json.Nodes;
using Convergence.Merging;

namespace Convergence.Cli.Progress;

/// <summary>For machines: an object a line, each with its <c>event</c>. The format is described in docs/command.md.</summary>
internal sealed class MergeJsonDisplay(TextWriter output, TimeProvider time) : MergeDisplay(time, TimeSpan.FromMilliseconds(500))
{
    protected override void Show(MergeProgress at)
    {
        output.WriteLine(new JsonObject
        {
            ["event"] = "progress",
            ["bytes"] = at.DoneByteCount,
            ["total_bytes"] = at.TotalByteCount,
            ["file"] = at.ShardNumber,
            ["files"] = at.ShardCount,
            ["bytes_per_second"] = Pace.BytesPerSecond(at),
            ["seconds_left"] = Pace.SecondsLeft(at),
        }.ToJsonString());
        output.Flush();
    }
}
