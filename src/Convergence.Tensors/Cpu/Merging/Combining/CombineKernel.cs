using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>
/// output = sum_i w_i * inputs[i], summed in the order of inputs. Multiplications and additions are rounded separately, in
/// every instruction set alike. The weights may be those of one column of a table with a row per input.
/// </summary>
/// <param name="weights">w_i stands at [i * stride + offset].</param>
/// <param name="count">Inputs.</param>
/// <param name="stride">Columns of the table; 1 for plain weights.</param>
/// <param name="offset">The column.</param>
internal readonly unsafe struct CombineKernel(double[] weights, int count, int stride = 1, int offset = 0) : IMapKernel
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
            for (nint i = 0; i < block.PaddedCount; i += 2 * ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                var half = ILanes.Count * TLanes.ElementByteCount;
                var weight = Vector512.Create(weights[_offset]);
                TLanes.Load(tensors[0] + offset, out var lower, out var upper);
                var sum0 = weight * lower;
                var sum1 = weight * upper;
                TLanes.Load(tensors[0] + offset + half, out lower, out upper);
                var sum2 = weight * lower;
                var sum3 = weight * upper;
                for (var tensor = 1; tensor < _count; tensor++)
                {
                    weight = Vector512.Create(weights[(tensor * _stride) + _offset]);
                    TLanes.Load(tensors[tensor] + offset, out lower, out upper);
                    sum0 += weight * lower;
                    sum1 += weight * upper;
                    TLanes.Load(tensors[tensor] + offset + half, out lower, out upper);
                    sum2 += weight * lower;
                    sum3 += weight * upper;
                }

                var result = output + (i * TResult.ElementByteCount);
                TResult.Store(sum0, sum1, result);
                TResult.Store(sum2, sum3, result + (ILanes.Count * TResult.ElementByteCount));
            }
        }
    }
}
