using System.Globalization;
using Convergence.EvoMerge.Results.Reports;
using Convergence.Foundation.Text;
using Convergence.Merging;

namespace Convergence.Cli.Progress;

/// <summary>For pipes and files: a line every few seconds.</summary>
internal sealed class MergeLineDisplay(TextWriter output, TimeProvider time) : MergeDisplay(time, TimeSpan.FromSeconds(5))
{
    /// <summary>For example <c>42 %  1.20 GB of 2.86 GB  1.05 GB/s  left 2 s  file 1 of 3</c>.</summary>
    public static string Describe(MergeProgress at, MergePace pace)
    {
        var share = 100 * at.DoneByteCount / Math.Max(1, at.TotalByteCount);
        var rate = pace.BytesPerSecond(at) is { } bytes ? $"  {ByteSize.Format(bytes)}/s" : string.Empty;
        var left = pace.SecondsLeft(at) is { } seconds ? $"  left {ReportFormat.Duration(seconds)}" : string.Empty;
        var file = at.ShardCount > 1
            ? string.Create(CultureInfo.InvariantCulture, $"  file {at.ShardNumber} of {at.ShardCount}")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{share,3} %  {ByteSize.Format(at.DoneByteCount)} of {ByteSize.Format(at.TotalByteCount)}{rate}{left}{file}");
    }

    protected override void Show(MergeProgress at)
    {
        output.WriteLine(Describe(at, Pace));
        output.Flush();
    }
}
