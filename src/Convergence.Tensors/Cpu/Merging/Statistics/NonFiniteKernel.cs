using System.Numerics;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// Counts NaN and infinities by their bits: without the sign, they are the integers from infinity's on.
/// The largest of a block is found at the memory's speed; only a block that holds one is counted.
/// </summary>
/// <typeparam name="TBits">The signed integer of an element's size.</typeparam>
/// <param name="infinity">The bits of positive infinity.</param>
/// <param name="counts">Per worker, spaced so that workers do not share a cache line.</param>
internal readonly unsafe struct NonFiniteKernel<TBits>(TBits infinity, long[] counts) : IBlockKernel
    where TBits : unmanaged, IBinaryInteger<TBits>, IMinMaxValue<TBits>
{
    private readonly TBits _infinity = infinity;
    private readonly long[] _counts = counts;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        // Padding is zeros, which are finite; a block's padded size is a multiple of two vectors of any element type.
        var elements = (TBits*)tensors[0];
        var withoutSign = Vector512.Create(TBits.MaxValue);
        var first = Vector512<TBits>.Zero;
        var second = first;
        for (nint i = 0; i < block.PaddedCount; i += 2 * Vector512<TBits>.Count)
        {
            first = Vector512.Max(first, Vector512.Load(elements + i) & withoutSign);
            second = Vector512.Max(second, Vector512.Load(elements + i + Vector512<TBits>.Count) & withoutSign);
        }

        if (Vector512.GreaterThanOrEqualAny(Vector512.Max(first, second), Vector512.Create(_infinity)))
        {
            _counts[block.Worker * WorkerCounts.Spacing] += Count(elements, block.PaddedCount);
        }
    }

    private long Count(TBits* elements, nint count)
    {
        long found = 0;
        for (nint i = 0; i < count; i++)
        {
            found += (elements[i] & TBits.MaxValue) >= _infinity ? 1 : 0;
        }

        return found;
    }
}
