using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>The sum of squares of sum_i w_i input_i, or of sum_i w_i (input_i - base), over each block.</summary>
/// <param name="weights">w_i.</param>
/// <param name="hasBase">Whether the first tensor is the base.</param>
/// <param name="partials">One sum per block.</param>
internal readonly unsafe struct CombinedLengthKernel(double[] weights, bool hasBase, double[] partials) : IBlockKernel
{
    private readonly double[] _weights = weights;
    private readonly bool _hasBase = hasBase;
    private readonly double[] _partials = partials;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var inputs = _hasBase ? tensors + 1 : tensors;
        var lowerSquares = Vector512<double>.Zero;
        var upperSquares = lowerSquares;
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            var baseLower = Vector512<double>.Zero;
            var baseUpper = baseLower;
            if (_hasBase)
            {
                TLanes.Load(tensors[0] + offset, out baseLower, out baseUpper);
            }

            var lowerSum = Vector512<double>.Zero;
            var upperSum = lowerSum;
            for (var input = 0; input < _weights.Length; input++)
            {
                var weight = Vector512.Create(_weights[input]);
                TLanes.Load(inputs[input] + offset, out var lower, out var upper);
                lowerSum += weight * (lower - baseLower);
                upperSum += weight * (upper - baseUpper);
            }

            lowerSquares += lowerSum * lowerSum;
            upperSquares += upperSum * upperSum;
        }

        _partials[block.Place / MergeSweep.TileSize] = LaneSum.Of(lowerSquares + upperSquares);
    }
}
