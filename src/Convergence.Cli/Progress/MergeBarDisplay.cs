using System.Globalization;
using Convergence.Merging;

namespace Convergence.Cli.Progress;

/// <summary>A line on a terminal that is redrawn in place.</summary>
internal sealed class MergeBarDisplay(TextWriter output, TimeProvider time) : MergeDisplay(time, TimeSpan.FromMilliseconds(100))
{
    private const int BarWidth = 30;
    private const string ToLineStart = "\r";
    private const string ClearLine = "\r\u001b[K";

    protected override void Show(MergeProgress at)
    {
        var filled = (int)(BarWidth * at.DoneByteCount / Math.Max(1, at.TotalByteCount));
        var bar = new string('━', filled) + new string('─', BarWidth - filled);
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{ClearLine}{bar} {MergeLineDisplay.Describe(at, Pace)}{ToLineStart}"));
        output.Flush();
    }

    protected override void Close()
    {
        output.Write(ClearLine);
        output.Flush();
    }
}
