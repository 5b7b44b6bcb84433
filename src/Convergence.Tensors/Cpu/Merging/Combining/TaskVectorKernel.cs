using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>
/// output = base + sum_i w_i (input_i - base), summed in the order of inputs. The weights may be those of one row of a table with a column
/// per row of the tensor.
/// </summary>
/// <param name="weights">w_i stands at [i * stride + offset].</param>
/// <param name="count">Inputs.</param>
/// <param name="stride">Columns of the table; 1 for plain weights.</param>
/// <param name="offset">The column.</param>
internal readonly unsafe struct TaskVectorKernel(double[] weights, int count, int stride = 1, int offset = 0) : IMapKernel
{
    private readonly double[] _weights = weights;
    private readonly int _count = count;
    private readonly int _stride = stride;
    private readonly int _offset = offset;

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
                    var weight = Vector512.Create(weights[(input * _stride) + _offset]);
                    TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                    lowerSum += weight * (lower - baseLower);
                    upperSum += weight * (upper - baseUpper);
                }

                TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
            }
        }
    }
}
