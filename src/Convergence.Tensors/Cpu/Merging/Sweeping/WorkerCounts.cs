namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A count per worker, each on a cache line of its own.</summary>
internal static class WorkerCounts
{
    /// <summary>Elements from one worker's count to the next one's.</summary>
    public const int Spacing = 8;

    public static long[] Create(int workerCount) => new long[workerCount * Spacing];

    public static long Sum(long[] counts)
    {
        long sum = 0;
        for (var index = 0; index < counts.Length; index += Spacing)
        {
            sum += counts[index];
        }

        return sum;
    }
}
