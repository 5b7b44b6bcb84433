using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>output[r] = base[r] + sum_i w_ir (input_i[r] - base[r]): a weight for every element, for tensors whose rows are elements.</summary>
/// <param name="weights">w_ir stands at [i * rows + r]; a granule of anything follows the last.</param>
/// <param name="rows">Elements.</param>
/// <param name="count">Inputs.</param>
internal readonly unsafe struct ElementFeatureKernel(double[] weights, int rows, int count) : IMapKernel
{
    private readonly double[] _weights = weights;
    private readonly int _rows = rows;
    private readonly int _count = count;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        fixed (double* weights = _weights)
        {
            for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
                var lowerSum = Vector512<double>.Zero;
                var upperSum = lowerSum;
                for (var input = 0; input < _count; input++)
                {
                    var weight = weights + ((long)input * _rows) + block.Index + i;
                    TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                    lowerSum += Vector512.Load(weight) * (lower - baseLower);
                    upperSum += Vector512.Load(weight + Vector512<double>.Count) * (upper - baseUpper);
                }

                TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
            }
        }
    }
}
