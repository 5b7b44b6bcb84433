using System.Globalization;
using Convergence.Bench.Models;
using Convergence.Cuda;
using Convergence.Evolution.Randomness;
using Convergence.LanguageModels;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench.Checks;

/// <summary>A whole forward pass on both devices.</summary>
internal static class LogitChecks
{
    /// <summary>
    /// What logits may differ by, of the largest of them. The 10 bits of mantissa in tf32, which may be cut off, leave a fourth of the
    /// error that the 7 in bfloat16 leave, which are rounded.
    /// </summary>
    /// <param name="products">What matrices are multiplied in.</param>
    public static double ToleranceOf(ProductPrecision products) => products switch
    {
        ProductPrecision.Bf16 => 2e-2,
        ProductPrecision.Tf32 => 5e-3,
        _ => 1e-3,
    };

    /// <summary>What weights are stored in.</summary>
    /// <param name="products">What matrices are multiplied in.</param>
    public static DType TypeOfWeights(ProductPrecision products) => products == ProductPrecision.Bf16 ? DType.BF16 : DType.F32;

    /// <param name="device">The GPU.</param>
    /// <param name="products">What it multiplies matrices in.</param>
    /// <param name="sizes">The model and the length.</param>
    /// <param name="checks">Receives the check.</param>
    public static CheckResult Run(CudaDevice device, ProductPrecision products, BenchSizes sizes, CheckList checks)
    {
        var type = TypeOfWeights(products);
        using var weights = sizes.ScoredShape.RandomWeights(seed: 5, type, scale: 0.05);
        var random = new SearchRandom(9);
        var tokens = Enumerable.Range(0, sizes.ForwardLength).Select(_ => random.Next(sizes.ScoredShape.VocabularySize)).ToArray();
        using var cpu = new CpuDevice(Environment.ProcessorCount);
        var difference = Difference.OfLargest(
            LogitsOf(device, sizes.ScoredShape, weights, tokens), LogitsOf(cpu, sizes.ScoredShape, weights, tokens));
        var result = new CheckResult(
            "logits",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Llama of {sizes.ScoredShape.ParameterCount} parameters, {tokens.Length} tokens, {type}, products in {products}"),
            difference,
            ToleranceOf(products),
            CheckResult.OfLargest);
        checks.Add(result);
        return result;
    }

    private static float[] LogitsOf(ComputeDevice device, LlamaShape shape, TensorSet weights, int[] tokens)
    {
        using var model = LanguageModel.Load(device, shape.Config("float32"), weights, "bench");
        return model.Logits(tokens);
    }
}
