using Convergence.EvoMerge.Results;
using Convergence.Testing;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>The README's job on the shipped models: its time, and what it gains on the test split.</summary>
internal static class DemoJobTable
{
    private const double TargetSeconds = 180;
    private const double TargetGain = 0.20;
    private const double TargetBytesPerEvaluation = 4 << 20;

    public static ResultTable Measure(int threadCount)
    {
        var job = JobRunner.Run(Path.Combine(RepositoryRoot.Path, "examples", "evolve-cognates.yaml"));
        var summary = job.Summary;
        var comparisons = summary.Test.Comparisons;
        var parentNames =
            summary.Test.Contestants.Where(contestant => contestant.Role == ContestantRole.Parent).Select(parent => parent.Name);
        var againstBestParent =
            comparisons.Where(comparison => parentNames.Contains(comparison.Against)).MinBy(comparison => comparison.RelativeGain)!;
        var average = summary.Test.Contestants.Single(contestant => contestant.Role == ContestantRole.PlainAverage);
        var againstAverage = comparisons.Single(comparison => comparison.Against == average.Name);

        var table = new ResultTable(
            $"The demo job, examples/evolve-cognates.yaml, {summary.History.Length} generations, {threadCount} processors");
        table.Add(
            "wall time", $"{Number(job.WallSeconds, "0")} s", $"{summary.EvaluationCount} evaluations",
            "", "under 3 minutes", job.WallSeconds < TargetSeconds);
        table.Add(
            $"fitness gain over the best parent ({againstBestParent.Against}) on the test split",
            Percent(againstBestParent.RelativeGain),
            $"95 % interval [{Percent(againstBestParent.Lower95)}, {Percent(againstBestParent.Upper95)}]",
            "",
            ">= 20 %, significant",
            againstBestParent.RelativeGain >= TargetGain && againstBestParent.Lower95 > 0);
        table.Add(
            "fitness gain over the plain average on the test split",
            Percent(againstAverage.RelativeGain),
            $"95 % interval [{Percent(againstAverage.Lower95)}, {Percent(againstAverage.Upper95)}]",
            "",
            "better",
            againstAverage.RelativeGain > 0);
        table.Add(
            "managed allocations per evaluation, steady state",
            $"{Number(job.AllocatedBytesPerEvaluation / 1024, "0")} KiB",
            "",
            "",
            "<= 4 MiB, asserted smaller for the evaluator in its test",
            job.AllocatedBytesPerEvaluation <= TargetBytesPerEvaluation);
        foreach (var contestant in summary.Test.Contestants)
        {
            table.Note(
                $"{contestant.Name}: fitness {Number(contestant.Fitness, "0.000")}, perplexity {Number(contestant.Perplexity, "0.000")}, "
                + $"accuracy {Percent(contestant.Accuracy)}");
        }

        return table;
    }

    private static string Percent(double share) => Number(share * 100, "0.0") + " %";
}
