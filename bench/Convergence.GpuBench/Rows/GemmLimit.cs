using Convergence.Bench.Models;
using Convergence.Cuda;
using Convergence.Cuda.Interop;
using Convergence.Tensors;

namespace Convergence.GpuBench.Rows;

/// <summary>
/// What cuBLAS alone can do at a model's shapes: the products of one forward pass, bfloat16 by bfloat16, summed and stored in float32, as
/// the product asks for them.
/// </summary>
internal static unsafe class GemmLimit
{
    private const int DefaultAlgorithm = -1;

    /// <summary>Operations per second, a multiply-add counted twice.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="shape">The model.</param>
    /// <param name="tokens">Tokens that go through it together.</param>
    /// <param name="repeatCount">Times that count.</param>
    public static double Measure(CudaDevice device, LlamaShape shape, int tokens, int repeatCount)
    {
        var (operations, seconds) = (0.0, 0.0);
        foreach (var (outputs, inputs, count) in Products(shape))
        {
            using var weight = Zeros(device, DType.BF16, (long)outputs * inputs);
            using var input = Zeros(device, DType.BF16, (long)tokens * inputs);
            using var output = Zeros(device, DType.F32, (long)tokens * outputs);
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

    private static CudaTensor Zeros(CudaDevice device, DType type, long count)
    {
        var tensor = (CudaTensor)device.Allocate(type, new TensorShape(count));
        device.Runtime.Compute.Clear(tensor.Address, tensor.ByteCount);
        return tensor;
    }

    // cuBLAS sees columns where these are rows: output^T = weight x input^T.
    private static void Multiply(
        CudaDevice device, int outputs, int tokens, int inputs, CudaTensor weight, CudaTensor input, CudaTensor output)
    {
        var (one, zero) = (1f, 0f);
        device.Runtime.Context.MakeCurrent();
        CudaException.ThrowIfFailed(Cublas.GemmEx(
            device.Runtime.Cublas.Value,
            CublasOperation.Transpose,
            CublasOperation.None,
            outputs,
            tokens,
            inputs,
            &one,
            weight.Address,
            CublasDataType.Bf16,
            inputs,
            input.Address,
            CublasDataType.Bf16,
            inputs,
            &zero,
            output.Address,
            CublasDataType.F32,
            outputs,
            CublasComputeType.F32,
            DefaultAlgorithm));
    }
}
