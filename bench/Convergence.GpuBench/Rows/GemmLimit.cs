using Convergence.Bench.Models;
using Convergence.Cuda;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;
using Convergence.Evolution.Randomness;
using Convergence.Tensors;

namespace Convergence.GpuBench.Rows;

/// <summary>
/// What cuBLAS alone can do at a model's shapes: the products of one forward pass, bfloat16 by bfloat16, summed and stored in float32, as
/// the product asks for them.
/// </summary>
internal static class GemmLimit
{
    // So many different factors there are; matrices repeat them.
    private const int DrawnCount = 1 << 20;

    /// <summary>Operations per second, a multiply-add counted twice.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="shape">The model.</param>
    /// <param name="tokens">Tokens that go through it together.</param>
    /// <param name="repeatCount">Times that count.</param>
    public static double Measure(CudaDevice device, LlamaShape shape, int tokens, int repeatCount)
    {
        var random = new SearchRandom(13);
        var (operations, seconds) = (0.0, 0.0);
        foreach (var (outputs, inputs, count) in Products(shape))
        {
            using var weight = Random(device, random, (long)outputs * inputs);
            using var input = Random(device, random, (long)tokens * inputs);
            using var output = (CudaTensor)device.Allocate(DType.F32, new TensorShape(tokens, outputs));
            operations += 2.0 * count * outputs * inputs * tokens;
            seconds += count * GpuTime.Median(device, repeatCount, () => Multiply(device, outputs, tokens, inputs, weight, input, output));
        }

        return operations / seconds;
    }

    // Outputs, inputs, and how often a pass needs the product: queries, keys and values together, as gates and their like.
    private static IEnumerable<(int Outputs, int Inputs, int Count)> Products(LlamaShape shape) =>
    [
        (3 * shape.HiddenSize, shape.HiddenSize, shape.LayerCount),
        (shape.HiddenSize, shape.HiddenSize, shape.LayerCount),
        (2 * shape.IntermediateSize, shape.HiddenSize, shape.LayerCount),
        (shape.HiddenSize, shape.IntermediateSize, shape.LayerCount),
        (shape.VocabularySize, shape.HiddenSize, 1),
    ];

    // A GPU multiplies zeros at a higher clock than weights: the limit is taken with numbers such as models hold.
    private static CudaTensor Random(CudaDevice device, SearchRandom random, long count)
    {
        var values = new float[Math.Min(count, DrawnCount)];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = (float)((2 * random.NextDouble()) - 1);
        }

        using var drawn = device.Allocate(DType.BF16, new TensorShape(values.Length));
        device.Write(values, drawn);
        var tensor = (CudaTensor)device.Allocate(DType.BF16, new TensorShape(count));
        for (long done = 0; done < count;)
        {
            var part = Math.Min(values.Length, count - done);
            device.Merging.Copy(drawn.Slice(0, part), tensor.Slice(done, part));
            done += part;
        }

        return tensor;
    }

    private static void Multiply(
        CudaDevice device, int outputs, int tokens, int inputs, CudaTensor weight, CudaTensor input, CudaTensor output) =>
        device.Runtime.Cublas.Multiply(new MatrixProduct
        {
            RowCount = tokens,
            InputCount = inputs,
            OutputCount = outputs,
            Count = 1,
            Type = CublasDataType.Bf16,
            ComputeType = CublasComputeType.F32,
            Weight = weight.Address,
            Input = input.Address,
            InputStride = inputs,
            Output = output.Address,
            OutputStride = outputs,
        });
}
