using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>
/// outputs[j] = sum_i weights[j, i] * inputs[i], or, with a base, base + sum_i weights[j, i] * (inputs[i] - base): the results of
/// <see cref="CombineKernel"/> and <see cref="TaskVectorKernel"/>, bit for bit, with every element read and widened once for all outputs.
/// </summary>
/// <param name="weights">One row per output, one column per input.</param>
/// <param name="inputCount">Inputs, without the base.</param>
/// <param name="hasBase">Whether the first tensor is a base.</param>
internal readonly unsafe struct CombineManyKernel(double[] weights, int inputCount, bool hasBase) : IMapManyKernel
{
    // Elements that are widened at a time: four vectors per input, so that a broadcast weight serves four products.
    private const int StepSize = 2 * ILanes.Count;
    private const int VectorsPerStep = 4;

    private readonly double[] _weights = weights;
    private readonly int _inputCount = inputCount;
    private readonly bool _hasBase = hasBase;

    public void Run<TLanes, TResult>(byte** tensors, byte** outputs, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var inputCount = _inputCount;
        var outputCount = _weights.Length / inputCount;
        var terms = stackalloc Vector512<double>[VectorsPerStep * inputCount];
        var half = ILanes.Count * TLanes.ElementByteCount;
        var resultHalf = ILanes.Count * TResult.ElementByteCount;
        fixed (double* weights = _weights)
        {
            for (nint i = 0; i < count; i += StepSize)
            {
                var offset = i * TLanes.ElementByteCount;
                if (_hasBase)
                {
                    LoadDifferences<TLanes>(tensors, inputCount, offset, half, terms);
                }
                else
                {
                    LoadElements<TLanes>(tensors, inputCount, offset, half, terms);
                }

                var row = weights;
                for (var output = 0; output < outputCount; output++)
                {
                    var weight = Vector512.Create(*row++);
                    var sum0 = weight * terms[0];
                    var sum1 = weight * terms[1];
                    var sum2 = weight * terms[2];
                    var sum3 = weight * terms[3];
                    for (var term = terms + VectorsPerStep; term < terms + (VectorsPerStep * inputCount); term += VectorsPerStep)
                    {
                        weight = Vector512.Create(*row++);
                        sum0 += weight * term[0];
                        sum1 += weight * term[1];
                        sum2 += weight * term[2];
                        sum3 += weight * term[3];
                    }

                    if (_hasBase)
                    {
                        // TaskVectorKernel sums from zero, which turns a sum of negative zeros into a positive one; so does this.
                        TLanes.Load(tensors[0] + offset, out var base0, out var base1);
                        TLanes.Load(tensors[0] + offset + half, out var base2, out var base3);
                        sum0 = base0 + (sum0 + Vector512<double>.Zero);
                        sum1 = base1 + (sum1 + Vector512<double>.Zero);
                        sum2 = base2 + (sum2 + Vector512<double>.Zero);
                        sum3 = base3 + (sum3 + Vector512<double>.Zero);
                    }

                    var result = outputs[output] + (i * TResult.ElementByteCount);
                    TResult.Store(sum0, sum1, result);
                    TResult.Store(sum2, sum3, result + resultHalf);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadElements<TLanes>(byte** inputs, int inputCount, nint offset, int half, Vector512<double>* terms)
        where TLanes : struct, ILanes
    {
        for (var input = 0; input < inputCount; input++, terms += VectorsPerStep)
        {
            TLanes.Load(inputs[input] + offset, out var first, out var second);
            TLanes.Load(inputs[input] + offset + half, out var third, out var fourth);
            terms[0] = first;
            terms[1] = second;
            terms[2] = third;
            terms[3] = fourth;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadDifferences<TLanes>(byte** tensors, int inputCount, nint offset, int half, Vector512<double>* terms)
        where TLanes : struct, ILanes
    {
        TLanes.Load(tensors[0] + offset, out var base0, out var base1);
        TLanes.Load(tensors[0] + offset + half, out var base2, out var base3);
        for (var input = 1; input <= inputCount; input++, terms += VectorsPerStep)
        {
            TLanes.Load(tensors[input] + offset, out var first, out var second);
            TLanes.Load(tensors[input] + offset + half, out var third, out var fourth);
            terms[0] = first - base0;
            terms[1] = second - base1;
            terms[2] = third - base2;
            terms[3] = fourth - base3;
        }
    }
}
