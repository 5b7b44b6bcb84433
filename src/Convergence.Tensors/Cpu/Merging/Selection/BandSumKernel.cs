using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>sum |delta_i| over each block, whole and inside the band, in float64.</summary>
/// <param name="cuts">See <see cref="BandThresholds"/>.</param>
/// <param name="sums">Per input the whole sum and the kept one.</param>
internal readonly unsafe struct BandSumKernel(MagnitudeCut[] cuts, BlockSums sums) : IBlockKernel
{
    private readonly MagnitudeCut[] _cuts = cuts;
    private readonly BlockSums _sums = sums;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var thresholds = stackalloc uint[_cuts.Length * ILanes.Count];
        var sums = _sums.Of(block);
        nint place = 0;
        while (place < block.PaddedCount)
        {
            var end = (nint)(TrimThresholds.Set(_cuts, block.Index + place, block.Index + block.PaddedCount, (int*)thresholds)
                - block.Index);
            for (var input = 0; input < _cuts.Length / BandThresholds.PerInput; input++)
            {
                var (total, kept) = Sum<TLanes>(tensors, input, place, end, thresholds);
                sums[input * 2] += total;
                sums[(input * 2) + 1] += kept;
            }

            place = end;
        }
    }

    // Padding has equal elements everywhere and adds nothing.
    private static (double Total, double Kept) Sum<TLanes>(byte** tensors, int input, nint start, nint end, uint* thresholds)
        where TLanes : struct, ILanes
    {
        var total = Vector512<double>.Zero;
        var kept = total;
        for (var i = start; i < end; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            var source = tensors[input + 1] + offset;
            var baseSource = tensors[0] + offset;
            var keep = BandThresholds.Keep(TLanes.Magnitude(source, baseSource), thresholds, input);
            TLanes.Load(baseSource, out var baseLower, out var baseUpper);
            TLanes.Load(source, out var lower, out var upper);
            TLanes.LoadKept(source, baseSource, keep, out var keptLower, out var keptUpper);
            total += Vector512.Abs(lower - baseLower) + Vector512.Abs(upper - baseUpper);
            kept += Vector512.Abs(keptLower - baseLower) + Vector512.Abs(keptUpper - baseUpper);
        }

        return (LaneSum.Of(total), LaneSum.Of(kept));
    }
}
