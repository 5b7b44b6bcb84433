using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

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
        var outputCount = _weights.Length / _inputCount;
        var terms = stackalloc Vector512<double>[VectorsPerStep * _inputCount];
        fixed (double* weights = _weights)
        {
            for (nint i = 0; i < count; i += StepSize)
            {
                var offset = i * TLanes.ElementByteCount;
                var start0 = Vector512<double>.Zero;
                var start1 = start0;
                var start2 = start0;
                var start3 = start0;
                if (_hasBase)
                {
                    Load<TLanes>(tensors[0] + offset, out start0, out start1, out start2, out start3);
                    LoadDifferences<TLanes>(tensors + 1, offset, start0, start1, start2, start3, terms);
                }
                else
                {
                    LoadElements<TLanes>(tensors, offset, terms);
                }

                var row = weights;
                for (var output = 0; output < outputCount; output++, row += _inputCount)
                {
                    Sum(row, terms, out var sum0, out var sum1, out var sum2, out var sum3);
                    if (_hasBase)
                    {
                        // TaskVectorKernel sums from zero, which turns a sum of negative zeros into a positive one; so does this.
                        sum0 = start0 + (sum0 + Vector512<double>.Zero);
                        sum1 = start1 + (sum1 + Vector512<double>.Zero);
                        sum2 = start2 + (sum2 + Vector512<double>.Zero);
                        sum3 = start3 + (sum3 + Vector512<double>.Zero);
                    }

                    var result = outputs[output] + (i * TResult.ElementByteCount);
                    TResult.Store(sum0, sum1, result);
                    TResult.Store(sum2, sum3, result + (ILanes.Count * TResult.ElementByteCount));
                }
            }
        }
    }

    private static void Load<TLanes>(
        byte* source, out Vector512<double> first, out Vector512<double> second, out Vector512<double> third, out Vector512<double> fourth)
        where TLanes : struct, ILanes
    {
        TLanes.Load(source, out first, out second);
        TLanes.Load(source + (ILanes.Count * TLanes.ElementByteCount), out third, out fourth);
    }

    private void LoadElements<TLanes>(byte** inputs, nint offset, Vector512<double>* terms) where TLanes : struct, ILanes
    {
        for (var input = 0; input < _inputCount; input++, terms += VectorsPerStep)
        {
            Load<TLanes>(inputs[input] + offset, out terms[0], out terms[1], out terms[2], out terms[3]);
        }
    }

    private void LoadDifferences<TLanes>(
        byte** inputs, nint offset, Vector512<double> base0, Vector512<double> base1, Vector512<double> base2, Vector512<double> base3, Vector512<double>* terms)
        where TLanes : struct, ILanes
    {
        for (var input = 0; input < _inputCount; input++, terms += VectorsPerStep)
        {
            Load<TLanes>(inputs[input] + offset, out var first, out var second, out var third, out var fourth);
            terms[0] = first - base0;
            terms[1] = second - base1;
            terms[2] = third - base2;
            terms[3] = fourth - base3;
        }
    }

    // A sum that starts from zero has the bits of one that starts from its first term, but for the sign of a zero: hence the start.
    private void Sum(
        double* row, Vector512<double>* terms, out Vector512<double> sum0, out Vector512<double> sum1, out Vector512<double> sum2, out Vector512<double> sum3)
    {
        var weight = Vector512.Create(row[0]);
        sum0 = weight * terms[0];
        sum1 = weight * terms[1];
        sum2 = weight * terms[2];
        sum3 = weight * terms[3];
        for (var input = 1; input < _inputCount; input++)
        {
            weight = Vector512.Create(row[input]);
            terms += VectorsPerStep;
            sum0 += weight * terms[0];
            sum1 += weight * terms[1];
            sum2 += weight * terms[2];
            sum3 += weight * terms[3];
        }
    }
}
