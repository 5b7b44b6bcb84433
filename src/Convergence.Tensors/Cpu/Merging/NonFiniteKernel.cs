using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>Counts NaN and infinities.</summary>
/// <param name="counts">Per worker, spaced so that workers do not share a cache line.</param>
internal readonly unsafe struct NonFiniteKernel(long[] counts) : IBlockKernel
{
    private readonly long[] _counts = counts;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var largest = Vector512.Create(double.MaxValue);
        var finite = Vector512<long>.Zero;
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            TLanes.Load(tensors[0] + (i * TLanes.ElementByteCount), out var lower, out var upper);

            // A mask that holds is -1; comparisons with NaN do not hold.
            finite -= Vector512.LessThanOrEqual(Vector512.Abs(lower), largest).AsInt64();
            finite -= Vector512.LessThanOrEqual(Vector512.Abs(upper), largest).AsInt64();
        }

        _counts[block.Worker * WorkerCounts.Spacing] += block.PaddedCount - Vector512.Sum(finite);
    }
}
