using System.Globalization;

namespace Convergence.GpuBench.Checks;

/// <summary>Prints checks as they are made, one row of a Markdown table each, and counts them.</summary>
internal sealed class CheckList(TextWriter output)
{
    private int _count;

    public int FailedCount { get; private set; }

    public void Begin()
    {
        output.WriteLine();
        output.WriteLine("### Against the CPU device");
        output.WriteLine();
        output.WriteLine("| what | inputs | largest difference | tolerance | in | verdict |");
        output.WriteLine("|---|---|---|---|---|---|");
    }

    public void Add(CheckResult result)
    {
        _count++;
        FailedCount += result.Passes ? 0 : 1;
        var verdict = result.Passes ? "pass" : $"**fail** {result.Remark}".TrimEnd();
        output.WriteLine(
            $"| {result.Name} | {result.Inputs} | {CheckResult.Number(result.Difference)} | {CheckResult.Number(result.Tolerance)} "
            + $"| {result.Unit} | {verdict} |");
    }

    public void End()
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_count - FailedCount} checks passed, {FailedCount} failed."));
        output.Flush();
    }
}
