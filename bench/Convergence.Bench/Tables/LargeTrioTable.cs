using Convergence.Bench.Models;
using Convergence.Evolution.Randomness;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// A whole evolution, 50 x 8, over three models of 25 M parameters, each candidate scored on 20 000 tokens: its time and where it goes.
/// The models are random, which changes nothing about the time.
/// </summary>
internal static class LargeTrioTable
{
    private const double TargetSeconds = 25 * 60;
    private const int BlockLength = 256;
    private const int SearchTokenCount = 20_000;

    public static ResultTable Measure(int threadCount)
    {
        var folder = Directory.CreateTempSubdirectory("convergence-trio-");
        try
        {
            ModelFolder.Write(folder.FullName, LlamaShape.TwentyFiveMillion, specialistCount: 3);
            var job = JobRunner.Run(WriteJob(folder.FullName));
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
            $"Evolution of a 25 M-parameter trio, {history.Length} x 8, {SearchTokenCount} scored tokens each, {threadCount} processors");
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

    private static string WriteJob(string folder)
    {
        WriteTokens(Path.Combine(folder, "tokens.search.u16"), SearchTokenCount, seed: 11);
        WriteTokens(Path.Combine(folder, "tokens.validation.u16"), 2048, seed: 12);
        WriteTokens(Path.Combine(folder, "tokens.test.u16"), 2048, seed: 13);
        File.WriteAllText(
            Path.Combine(folder, "tasks.yaml"),
            $$"""
            tasks:
              - name: tokens
                kind: perplexity
                data: tokens.{split}.u16
                block_length: {{BlockLength}}
                keep_tail: true
            """);
        var job = Path.Combine(folder, "job.yaml");
        File.WriteAllText(
            job,
            """
            name: trio
            seed: 1
            base: base
            models: [specialist-1, specialist-2, specialist-3]
            tasks: tasks.yaml
            generations: 50
            population_size: 8
            early_stopping: false
            """);
        return job;
    }

    private static void WriteTokens(string path, int count, ulong seed)
    {
        var random = new SearchRandom(seed);
        var bytes = new byte[count * 2];
        for (var index = 0; index < count; index++)
        {
            bytes[2 * index] = (byte)random.Next(256);
        }

        File.WriteAllBytes(path, bytes);
    }
}
