using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>sum delta_i^2 over each block's places whose spread a cut keeps, in float64.</summary>
/// <param name="count">Models.</param>
/// <param name="cut">Which places take part.</param>
/// <param name="sums">One sum per model.</param>
internal readonly unsafe struct SpreadEnergyKernel(int count, MagnitudeCut cut, BlockSums sums) : IBlockKernel
{
    private readonly int _count = count;
    private readonly MagnitudeCut _cut = cut;
    private readonly BlockSums _sums = sums;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var sums = _sums.Of(block);
        var places = new SpreadMask(_cut, _count, block.Index);
        var lanes = stackalloc double[_count * ILanes.Count];
        new Span<double>(lanes, _count * ILanes.Count).Clear();
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            var keep = places.Keep<TLanes>(tensors + 1, offset, i);
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            for (var input = 0; input < _count; input++)
            {
                TLanes.LoadKept(tensors[input + 1] + offset, tensors[0] + offset, keep, out var lower, out var upper);
                lower -= baseLower;
                upper -= baseUpper;
                var sum = lanes + (input * ILanes.Count);
                (Vector512.Load(sum) + (lower * lower)).Store(sum);
                (Vector512.Load(sum + Vector512<double>.Count) + (upper * upper)).Store(sum + Vector512<double>.Count);
            }
        }

        for (var input = 0; input < _count; input++)
        {
            var sum = lanes + (input * ILanes.Count);
            sums[input] = LaneSum.Of(Vector512.Load(sum) + Vector512.Load(sum + Vector512<double>.Count));
        }
    }
}
