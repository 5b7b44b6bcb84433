using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts magnitudes by the bits after a prefix.</summary>
/// <param name="prefixes">Per input, the bits that an element must begin with.</param>
/// <param name="prefixBits">How many of 31 bits they are.</param>
/// <param name="bucketBits">How many bits after them make the bucket.</param>
/// <param name="counts">Per worker and input 2^bucketBits counts.</param>
internal readonly unsafe struct MagnitudeHistogramKernel(uint[] prefixes, int prefixBits, int bucketBits, long[] counts) : IBlockKernel
{
    /// <summary>Bits of a float without its sign.</summary>
    public const int MagnitudeBits = 31;

    private readonly uint[] _prefixes = prefixes;
    private readonly int _prefixBits = prefixBits;
    private readonly int _bucketBits = bucketBits;
    private readonly long[] _counts = counts;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var magnitudes = stackalloc uint[ILanes.Count];
        var bucketCount = 1 << _bucketBits;
        var prefixShift = MagnitudeBits - _prefixBits;
        var bucketShift = prefixShift - _bucketBits;
        fixed (long* counts = &_counts[(long)block.Worker * _prefixes.Length * bucketCount])
        {
            for (var input = 0; input < _prefixes.Length; input++)
            {
                var histogram = counts + ((long)input * bucketCount);
                var prefix = _prefixes[input];
                var isWanted = Vector512.Create(prefix);
                for (var i = 0; i < block.Count; i += ILanes.Count)
                {
                    var offset = (nint)i * TLanes.ElementByteCount;
                    var magnitude = TLanes.Magnitude(tensors[input + 1] + offset, tensors[0] + offset);
                    if (!Vector512.EqualsAny(magnitude >> prefixShift, isWanted))
                    {
                        continue;
                    }

                    magnitude.Store(magnitudes);
                    var count = Math.Min(ILanes.Count, block.Count - i);
                    for (var lane = 0; lane < count; lane++)
                    {
                        if (magnitudes[lane] >> prefixShift == prefix)
                        {
                            histogram[(magnitudes[lane] >> bucketShift) & (bucketCount - 1)]++;
                        }
                    }
                }
            }
        }
    }
}
