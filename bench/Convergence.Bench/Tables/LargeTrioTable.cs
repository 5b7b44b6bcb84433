using Convergence.Bench.Models;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// A whole evolution, 50 x 8, over three models of 25 M parameters, each candidate scored on 20 000 tokens: its time and where it goes.
/// The models are random, which changes nothing about the time.
/// </summary>
internal static class LargeTrioTable
{
    private const double TargetSeconds = 25 * 60;

    public static ResultTable Measure(int threadCount)
    {
        var folder = Directory.CreateTempSubdirectory("convergence-trio-");
        try
        {
            var job = JobRunner.Run(TrioJob.TwentyFiveMillion.Write(folder.FullName));
            return Tabulate(job, threadCount);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ResultTable Tabulate(JobRunner.FinishedJob job, int threadCount)
    {
        var history = job.Summary.History;
        var merge = history.Sum(generation => generation.MergeSeconds);
        var score = history.Sum(generation => generation.ScoreSeconds);
        var busy = threadCount * job.WallSeconds;
        var table = new ResultTable(
            $"Evolution of a 25 M-parameter trio, {history.Length} x 8, {TrioJob.TwentyFiveMillion.SearchTokenCount} scored tokens each, "
            + $"{threadCount} processors");
        table.Add(
            "wall time",
            $"{Number(job.WallSeconds / 60, "0.0")} min",
            $"{job.Summary.EvaluationCount} evaluations",
            "",
            "under 25 minutes",
            job.WallSeconds < TargetSeconds);
        table.Note(
            $"Processor time: scoring {Number(100 * score / busy, "0.0")} %, merging {Number(100 * merge / busy, "0.0")} %, "
            + $"the rest (parents, finalists, test, search, checkpoints, waiting) {Number(100 * (busy - merge - score) / busy, "0.0")} %. "
            + $"Managed allocations per evaluation: {Number(job.AllocatedBytesPerEvaluation / 1024, "0")} KiB.");
        return table;
    }
}
