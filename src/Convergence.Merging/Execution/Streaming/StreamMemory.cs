using System.Globalization;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Shares a memory budget out: what the process and the methods' statistics need, and the output windows.</summary>
/// <param name="WindowCount">Windows of the output ring.</param>
/// <param name="WindowByteCount">Bytes of each.</param>
/// <param name="PeakByteCount">What the merge needs at most, besides the parents' mapped files.</param>
/// <param name="MinimumByteCount">What it would need with the smallest windows.</param>
internal sealed record StreamMemory(int WindowCount, int WindowByteCount, long PeakByteCount, long MinimumByteCount)
{
    // The runtime, its code and the command, measured on x64 and rounded up.
    private const long ProcessByteCount = 80L << 20;

    // Three windows of this size and the tiles of the parents beside them stay in a processor's cache,
    // so the writer reads what is still there.
    private const int PreferredWindowByteCount = 4 << 20;
    private const int PreferredWindowCount = 3;
    private const int SmallestWindowByteCount = 256 << 10;
    private const int SmallestWindowCount = 2;

    // What one window can hold: its offsets are 32-bit numbers.
    private const long LargestWindowByteCount = int.MaxValue - (1 << 20);

    /// <param name="plan">The merge.</param>
    /// <param name="budget">The most bytes; <see langword="null"/> for a quarter of the machine's.</param>
    /// <param name="stagingByteCount">What the device takes to copy through.</param>
    /// <exception cref="MergeException">The budget is below the minimum, or a row is too large for any.</exception>
    public static StreamMemory Of(MergePlan plan, long? budget, long stagingByteCount = 0)
    {
        var threadCount = Environment.ProcessorCount;
        var fixedBytes = ProcessByteCount + stagingByteCount + plan.Tasks.Max(task =>
            task.Operation.WorkingByteCount(task, threadCount) + (threadCount * TensorStreamer.ReadByteCount(plan, task)));
        var smallest = Math.Max(SmallestWindowByteCount, LargestRun(plan));
        var minimum = fixedBytes + (SmallestWindowCount * smallest);
        var limit = budget ?? Math.Max(minimum, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        if (limit < minimum)
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"This merge needs at least {minimum:N0} bytes of memory, but {limit:N0} are allowed. "
                + $"Allow {(minimum >> 20) + 1} MiB or more (--memory)."));
        }

        var windows = limit - fixedBytes;
        var count = windows >= PreferredWindowCount * smallest ? PreferredWindowCount : SmallestWindowCount;
        var size = (int)Math.Min(Math.Max(PreferredWindowByteCount, smallest), windows / count);
        return new StreamMemory(count, size, fixedBytes + ((long)count * size), minimum);
    }

    // What cannot be cut has to fit into a window as it is.
    private static long LargestRun(MergePlan plan)
    {
        var task = plan.Tasks.MaxBy(RunByteCount)!;
        var byteCount = RunByteCount(task);
        return byteCount <= LargestWindowByteCount
            ? byteCount
            : throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"Tensor {task.Name} {task.Shape} cannot be cut into runs of less than {byteCount:N0} bytes by its method, "
                + $"and at most {LargestWindowByteCount:N0} are merged at once.")
                + " Merge the model with another method, for example linear.");
    }

    private static long RunByteCount(MergeTask task) =>
        Math.Min(task.Shape.ElementCount, task.Operation.RunUnit(task.Shape)) * task.DType.ByteCount();
}
