using System.Globalization;
using Convergence.Bench.Models;
using Convergence.Bench.Tables;
using Convergence.Cuda;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.GpuBench.Rows;

/// <summary>A whole evolution over three random models on files, as the command runs it, compiling of kernels included.</summary>
internal static class EvolutionRow
{
    private const double TargetSeconds = 60;

    /// <param name="table">Receives the row.</param>
    /// <param name="factory">Finds the GPU.</param>
    /// <param name="options">Which, and the job.</param>
    public static void Add(ResultTable table, CudaDeviceFactory factory, GpuBenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("convergence-gpu-trio-");
        try
        {
            var job = JobRunner.Run(
                options.Sizes.Trio.Write(folder.FullName),
                factory,
                ("device", options.Device.ToString()),
                ("mixed_precision", "true"),
                ("batch_tokens", options.Sizes.BatchTokens.ToString(CultureInfo.InvariantCulture)));
            Tabulate(table, job, options.Sizes.Trio);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Tabulate(ResultTable table, JobRunner.FinishedJob job, TrioJob trio)
    {
        var history = job.Summary.History;
        var merge = history.Sum(generation => generation.MergeSeconds);
        var score = history.Sum(generation => generation.ScoreSeconds);
        var isWhole = trio == TrioJob.TwentyFiveMillion;
        table.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"evolution {trio.GenerationCount} x {trio.PopulationSize}, three of {trio.Shape.ParameterCount * 1e-6:0.0} M, "
                + $"{trio.SearchTokenCount} scored tokens each, from a process that has not used CUDA to the written results"),
            $"{Number(job.WallSeconds, "0.0")} s",
            $"{job.Summary.EvaluationCount} evaluations: merging {Number(merge, "0.0")} s, scoring {Number(score, "0.0")} s",
            "",
            isWhole ? "under 60 s, start-up and compiling of kernels included" : "",
            isWhole ? job.WallSeconds < TargetSeconds : null);
    }
}
