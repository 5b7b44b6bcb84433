using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>
/// The inner products of tensors over each block, in float64: a fixed number of lanes, added up in a fixed order, so that a block's sums
/// depend on its elements alone. Products of two floats are exact in float64.
/// </summary>
/// <param name="count">Tensors.</param>
/// <param name="partials">Per block, one sum for every pair (i, j) with i up to j, by i and then j.</param>
internal readonly unsafe struct GramKernel(int count, double[] partials) : IBlockKernel
{
    private readonly int _count = count;
    private readonly double[] _partials = partials;

    public static int PairCount(int count) => count * (count + 1) / 2;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var sums = _partials.AsSpan(checked((int)(block.Place / MergeSweep.TileSize)) * PairCount(_count), PairCount(_count));
        if (_count == 2)
        {
            Two<TLanes>(tensors[0], tensors[1], block.PaddedCount, sums);
            return;
        }

        var pair = 0;
        for (var first = 0; first < _count; first++)
        {
            for (var second = first; second < _count; second++)
            {
                sums[pair++] = Dot<TLanes>(tensors[first], tensors[second], block.PaddedCount);
            }
        }
    }

    private static double Dot<TLanes>(byte* a, byte* b, nint count) where TLanes : struct, ILanes
    {
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(a + offset, out var aLower, out var aUpper);
            TLanes.Load(b + offset, out var bLower, out var bUpper);
            lowerSum += aLower * bLower;
            upperSum += aUpper * bUpper;
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    // The pair of a slerp, read once: the same sums as three calls of Dot.
    private static void Two<TLanes>(byte* a, byte* b, nint count, Span<double> sums) where TLanes : struct, ILanes
    {
        var aaLower = Vector512<double>.Zero;
        var aaUpper = aaLower;
        var abLower = aaLower;
        var abUpper = aaLower;
        var bbLower = aaLower;
        var bbUpper = aaLower;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(a + offset, out var aLower, out var aUpper);
            TLanes.Load(b + offset, out var bLower, out var bUpper);
            aaLower += aLower * aLower;
            aaUpper += aUpper * aUpper;
            abLower += aLower * bLower;
            abUpper += aUpper * bUpper;
            bbLower += bLower * bLower;
            bbUpper += bUpper * bUpper;
        }

        sums[0] = LaneSum.Of(aaLower + aaUpper);
        sums[1] = LaneSum.Of(abLower + abUpper);
        sums[2] = LaneSum.Of(bbLower + bbUpper);
    }
}
