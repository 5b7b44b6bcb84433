using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>
/// output = sum_i weights[i] * inputs[i], summed in the order of inputs. Multiplications and additions are rounded separately, in
/// every instruction set alike.
/// </summary>
internal readonly unsafe struct CombineKernel(double[] weights) : IMapKernel
{
    private readonly double[] _weights = weights;

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
                var weight = Vector512.Create(weights[0]);
                TLanes.Load(tensors[0] + offset, out var lower, out var upper);
                var sum0 = weight * lower;
                var sum1 = weight * upper;
                TLanes.Load(tensors[0] + offset + half, out lower, out upper);
                var sum2 = weight * lower;
                var sum3 = weight * upper;
                for (var tensor = 1; tensor < _weights.Length; tensor++)
                {
                    weight = Vector512.Create(weights[tensor]);
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
