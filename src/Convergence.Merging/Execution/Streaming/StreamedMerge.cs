using Convergence.Foundation.Files;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Merges straight into the files of a Hugging Face directory, a window of output at a time, so that memory does not grow with the models.
/// The directory appears complete or not at all; equal input gives equal bytes, whatever the memory, the number of threads
/// and the interruptions. An interrupted merge leaves its finished weight files in a hidden directory beside the target,
/// and the next attempt goes on from there. Used by one caller at a time.
/// </summary>
/// <param name="device">
/// Where the arithmetic happens. Of one with memory of its own, tensors that do not fit into that are merged on the processors.
/// </param>
/// <param name="time">Measures the run; the system's clock by default.</param>
public sealed class StreamedMerge(ComputeDevice device, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Merges into a directory.</summary>
    /// <param name="plan">What to do. Its parents must not be disposed yet.</param>
    /// <param name="directory">Where; must not exist yet.</param>
    /// <param name="options">Sizes, and what becomes of an interrupted attempt.</param>
    /// <param name="progress">Told after every window, on the calling thread; nobody by default.</param>
    /// <param name="cancellation">Looked at between windows.</param>
    /// <exception cref="MergeException">
    /// A parent has NaN or infinite weights, the output does not fit in float16, or the memory does not suffice.
    /// </exception>
    /// <exception cref="ConvergenceException">
    /// The directory exists, lies inside a parent or cannot be written, or the disk is full.
    /// </exception>
    public StreamedMergeResult Run(
        MergePlan plan,
        string directory,
        StreamedMergeOptions? options = null,
        Action<MergeProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new StreamedMergeOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ShardByteCount, nameof(options));
        OutputPlace.Refuse(directory, plan.Parents, plan.Models);
        var memory = StreamMemory.Of(plan, options.MemoryByteCount, device.StagingByteCount);
        var shards = OutputShards.Of(plan.Tasks, options.ShardByteCount);
        var start = _time.GetTimestamp();
        StreamedMergeResult? result = null;
        ShardMerger? merger = null;
        AtomicDirectory.WriteResumable(
            directory,
            partial =>
            {
                using var made = new ShardMerger(device, plan, shards, memory, partial);
                merger = made;
                made.Run(options.Restart, progress, cancellation);
                MergedModelWriter.WriteCompanions(
                    partial, NameOf(directory), plan, options.CardNotes, made.Finished,
                    shards.Length > 1 ? options.ShardByteCount : null, cancellation);
                result = new StreamedMergeResult(
                    made.Report(_time.GetElapsedTime(start)), [.. made.Finished], made.ReusedShardCount, made.Discarded);
                made.Complete();
            },
            () => merger is { IsWorthKeeping: true });
        return result!;
    }

    /// <summary>Says what <see cref="Run"/> will do and need, without merging or writing anything.</summary>
    /// <param name="plan">What to do. Its parents must not be disposed yet.</param>
    /// <param name="options">Sizes.</param>
    /// <exception cref="MergeException">The memory does not suffice.</exception>
    public MergeForecast Forecast(MergePlan plan, StreamedMergeOptions? options = null)
    {
        options ??= new StreamedMergeOptions();
        var memory = StreamMemory.Of(plan, options.MemoryByteCount, device.StagingByteCount);
        var shards = OutputShards.Of(plan.Tasks, options.ShardByteCount);
        return new MergeForecast
        {
            TensorCount = plan.Tasks.Length,
            RunCount = shards.Sum(shard => (shard.Layout.ByteCount + memory.WindowByteCount - 1) / memory.WindowByteCount),
            WindowByteCount = memory.WindowByteCount,
            ShardCount = shards.Length,
            InputByteCount = plan.InputBytes,
            OutputByteCount = plan.OutputBytes,
            PeakMemoryByteCount = memory.PeakByteCount,
            MinimumMemoryByteCount = memory.MinimumByteCount,
            DeviceByteCount = device.UsesHostMemory ? null : DeviceNeeds.Of(plan),
            PredictedTime = new CostTrial(plan, device, _time).Predict(),
        };
    }

    private static string NameOf(string directory) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
}
