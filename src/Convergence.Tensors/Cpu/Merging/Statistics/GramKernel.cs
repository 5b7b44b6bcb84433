using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// The inner products of tensors over each block, in float64: a fixed number of lanes, added up in a fixed order, so that a block's sums
/// depend on its elements alone. Products of two floats are exact in float64.
/// </summary>
/// <param name="count">Inputs.</param>
/// <param name="hasBase">Whether the first tensor is subtracted from the others.</param>
/// <param name="partials">Per block, one sum for every pair (i, j) with i up to j, by i and then j.</param>
internal readonly unsafe struct GramKernel(int count, bool hasBase, double[] partials) : IBlockKernel
{
    private readonly int _count = count;
    private readonly bool _hasBase = hasBase;
    private readonly double[] _partials = partials;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var pairCount = MergeKernels.PairCount(_count);
        var sums = _partials.AsSpan(checked((int)(block.Place / MergeSweep.TileSize)) * pairCount, pairCount);
        if (_count == 2 && !_hasBase)
        {
            Two<TLanes>(tensors[0], tensors[1], block.PaddedCount, sums);
            return;
        }

        var pair = 0;
        for (var first = 0; first < _count; first++)
        {
            for (var second = first; second < _count; second++)
            {
                sums[pair++] = InnerProduct.OfPair<TLanes>(tensors, _hasBase, first, second, block.PaddedCount);
            }
        }
    }

    // The pair of a slerp, read once: the same sums as three inner products.
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
