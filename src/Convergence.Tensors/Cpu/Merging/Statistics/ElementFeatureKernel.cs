using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// output[r] = base[r] + sum_i w_ir (input_i[r] - base[r]), or sum_i w_ir input_i[r] without a base:
/// a weight for every element, for tensors whose rows are elements.
/// </summary>
/// <param name="weights">w_ir stands at [i * rows + r]; a granule of anything follows the last.</param>
/// <param name="rows">Elements.</param>
/// <param name="count">Inputs.</param>
/// <param name="hasBase">Whether the first tensor is the base.</param>
internal readonly unsafe struct ElementFeatureKernel(double[] weights, int rows, int count, bool hasBase = true)
    : IMapKernel<ElementFeatureKernel>
{
    private readonly double[] _weights = weights;
    private readonly int _rows = rows;
    private readonly int _count = count;
    private readonly bool _hasBase = hasBase;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var inputs = _hasBase ? tensors + 1 : tensors;
        fixed (double* weights = _weights)
        {
            for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                var lowerSum = Vector512<double>.Zero;
                var upperSum = lowerSum;
                var baseLower = lowerSum;
                var baseUpper = lowerSum;
                if (_hasBase)
                {
                    TLanes.Load(tensors[0] + offset, out baseLower, out baseUpper);
                }

                for (var input = 0; input < _count; input++)
                {
                    var weight = weights + ((long)input * _rows) + block.Index + i;
                    TLanes.Load(inputs[input] + offset, out var lower, out var upper);
                    lowerSum += Vector512.Load(weight) * (lower - baseLower);
                    upperSum += Vector512.Load(weight + Vector512<double>.Count) * (upper - baseUpper);
                }

                TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
            }
        }
    }
}
