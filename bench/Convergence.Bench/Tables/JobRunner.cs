using System.Diagnostics;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.Tensors.Devices;

namespace Convergence.Bench.Tables;

/// <summary>Runs a job from its file, as the command would, into a temporary folder that is deleted afterwards.</summary>
internal static class JobRunner
{
    /// <summary>A finished job with what it cost.</summary>
    /// <param name="Summary">What the run found.</param>
    /// <param name="WallSeconds">From opening the models to the written results.</param>
    /// <param name="AllocatedBytesPerEvaluation">
    /// Managed bytes per evaluation once the first ten generations have filled all buffers.
    /// </param>
    public sealed record FinishedJob(RunSummary Summary, double WallSeconds, double AllocatedBytesPerEvaluation);

    /// <param name="configPath">The job.</param>
    /// <param name="devices">Finds the job's device; <see langword="null"/> for the CPU alone.</param>
    /// <param name="overrides">Values that come before the file's.</param>
    public static FinishedJob Run(
        string configPath, IComputeDeviceFactory? devices = null, params (string Key, string Value)[] overrides)
    {
        var folder = Directory.CreateTempSubdirectory("convergence-bench-");
        try
        {
            var settings = overrides.ToDictionary(pair => pair.Key, pair => pair.Value);
            settings["out"] = Path.Combine(folder.FullName, "out");
            settings["checkpoints"] = Path.Combine(folder.FullName, "checkpoints");
            var config = EvoMergeConfigReader.ReadFile(configPath, settings);
            var start = Stopwatch.GetTimestamp();
            using var run = EvolutionRun.Create(config, devices: devices);
            var meter = new AllocationMeter();
            var summary = run.Run(meter).Summary ?? throw new InvalidOperationException("The job was cancelled.");
            return new FinishedJob(summary, Stopwatch.GetElapsedTime(start).TotalSeconds, meter.BytesPerEvaluation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class AllocationMeter : IProgress<RunEvent>
    {
        private const int WarmUpGenerationCount = 10;

        private long _bytesAtStart = -1;
        private long _bytesAtEnd;
        private long _evaluationCount;

        public double BytesPerEvaluation => _evaluationCount == 0 ? double.NaN : (double)(_bytesAtEnd - _bytesAtStart) / _evaluationCount;

        public void Report(RunEvent value)
        {
            if (value is not GenerationCompleted completed || completed.Record.Summary.Generation < WarmUpGenerationCount - 1)
            {
                return;
            }

            _bytesAtEnd = GC.GetTotalAllocatedBytes();
            if (_bytesAtStart < 0)
            {
                _bytesAtStart = _bytesAtEnd;
            }
            else
            {
                _evaluationCount += completed.Record.EvaluationCount;
            }
        }
    }
}
