using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts spreads (<see cref="Spread"/>) by the bits after a prefix.</summary>
/// <param name="count">Models.</param>
/// <param name="prefix">The bits that a spread must begin with.</param>
/// <param name="prefixBits">How many of 31 bits they are.</param>
/// <param name="bucketBits">How many bits after them make the bucket.</param>
/// <param name="counts">Per worker 2^bucketBits counts, then one of the places whose spread is zero.</param>
internal readonly unsafe struct SpreadHistogramKernel(int count, uint prefix, int prefixBits, int bucketBits, long[] counts) : IBlockKernel
{
    private readonly int _count = count;
    private readonly uint _prefix = prefix;
    private readonly int _prefixBits = prefixBits;
    private readonly int _bucketBits = bucketBits;
    private readonly long[] _counts = counts;

    /// <summary>From one worker's counts to the next one's.</summary>
    public static int Stride(int bucketBits) => (1 << bucketBits) + WorkerCounts.Spacing;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var spreads = stackalloc uint[ILanes.Count];
        var bucketMask = (1u << _bucketBits) - 1;
        var prefixShift = MagnitudeHistogramKernel.MagnitudeBits - _prefixBits;
        var bucketShift = prefixShift - _bucketBits;
        var isWanted = Vector512.Create(_prefix);
        fixed (long* histogram = &_counts[block.Worker * Stride(_bucketBits)])
        {
            long zeros = 0;
            for (var i = 0; i < block.Count; i += ILanes.Count)
            {
                var spread = Spread.Bits<TLanes>(tensors, _count, (nint)i * TLanes.ElementByteCount);
                if (!Vector512.EqualsAny(spread >> prefixShift, isWanted))
                {
                    continue;
                }

                spread.Store(spreads);
                var count = Math.Min(ILanes.Count, block.Count - i);
                for (var lane = 0; lane < count; lane++)
                {
                    if (spreads[lane] >> prefixShift == _prefix)
                    {
                        histogram[(spreads[lane] >> bucketShift) & bucketMask]++;
                        zeros += spreads[lane] == 0 ? 1 : 0;
                    }
                }
            }

            histogram[bucketMask + 1] += zeros;
        }
    }
}
