using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts importances |input - base| * factors[row], as the bits of floats, by the bits after each of some prefixes.</summary>
/// <param name="factors">One per row.</param>
/// <param name="rowSize">Elements of a row.</param>
/// <param name="prefixes">The bits that an element must begin with, one histogram each.</param>
/// <param name="prefixBits">How many of 31 bits they are.</param>
/// <param name="bucketBits">How many bits after them make the bucket.</param>
/// <param name="counts">Per worker and prefix 2^bucketBits counts.</param>
internal readonly unsafe struct ImportanceHistogramKernel(
    double[] factors, long rowSize, uint[] prefixes, int prefixBits, int bucketBits, long[] counts) : IBlockKernel
{
    private readonly double[] _factors = factors;
    private readonly long _rowSize = rowSize;
    private readonly uint[] _prefixes = prefixes;
    private readonly int _prefixBits = prefixBits;
    private readonly int _bucketBits = bucketBits;
    private readonly long[] _counts = counts;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var factor = Vector512.Create(_factors[block.Place / _rowSize]);
        var bits = stackalloc uint[ILanes.Count];
        var bucketCount = 1 << _bucketBits;
        var prefixShift = MagnitudeHistogramKernel.MagnitudeBits - _prefixBits;
        var bucketShift = prefixShift - _bucketBits;
        fixed (long* counts = &_counts[(long)block.Worker * _prefixes.Length * bucketCount])
        {
            for (var i = 0; i < block.Count; i += ILanes.Count)
            {
                var offset = (nint)i * TLanes.ElementByteCount;
                var importance = Importance.Of<TLanes>(tensors[1] + offset, tensors[0] + offset, factor).AsUInt32();
                var prefixesHere = importance >> prefixShift;
                var histogram = counts;
                foreach (var prefix in _prefixes)
                {
                    if (Vector512.EqualsAny(prefixesHere, Vector512.Create(prefix)))
                    {
                        importance.Store(bits);
                        Count(bits, Math.Min(ILanes.Count, block.Count - i), prefix, prefixShift, bucketShift, histogram, bucketCount - 1);
                    }

                    histogram += bucketCount;
                }
            }
        }
    }

    private static void Count(uint* bits, int count, uint prefix, int prefixShift, int bucketShift, long* histogram, int mask)
    {
        for (var lane = 0; lane < count; lane++)
        {
            if (bits[lane] >> prefixShift == prefix)
            {
                histogram[(bits[lane] >> bucketShift) & mask]++;
            }
        }
    }
}
