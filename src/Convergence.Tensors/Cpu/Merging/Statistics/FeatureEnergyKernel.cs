using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// energies[i * rows + r] += sum_c (input_i[r, c] - base[r, c])^2 in float64. One worker sees all blocks of a row, in order.
/// </summary>
/// <param name="energies">The sums; zero before the first block.</param>
/// <param name="count">Inputs.</param>
/// <param name="rows">Rows.</param>
/// <param name="rowSize">Elements of a row.</param>
internal readonly unsafe struct FeatureEnergyKernel(double[] energies, int count, long rows, long rowSize) : IBlockKernel
{
    private readonly double[] _energies = energies;
    private readonly int _count = count;
    private readonly long _rows = rows;
    private readonly long _rowSize = rowSize;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var row = block.Place / _rowSize;
        for (var input = 0; input < _count; input++)
        {
            var lowerSum = Vector512<double>.Zero;
            var upperSum = lowerSum;
            for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
                TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                lower -= baseLower;
                upper -= baseUpper;
                lowerSum += lower * lower;
                upperSum += upper * upper;
            }

            _energies[(input * _rows) + row] += LaneSum.Of(lowerSum + upperSum);
        }
    }
}
