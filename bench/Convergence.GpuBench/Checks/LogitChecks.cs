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
    private const double FullTolerance = 1e-3;
    private const double MixedTolerance = 2e-2;

    /// <summary>What logits may differ by, of the largest of them.</summary>
    /// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16.</param>
    public static double ToleranceOf(bool mixedPrecision) => mixedPrecision ? MixedTolerance : FullTolerance;

    /// <param name="device">The GPU.</param>
    /// <param name="mixedPrecision">Whether it multiplies in bfloat16; weights are stored so, too, then.</param>
    /// <param name="sizes">The model and the length.</param>
    /// <param name="checks">Receives the check.</param>
    public static CheckResult Run(CudaDevice device, bool mixedPrecision, BenchSizes sizes, CheckList checks)
    {
        var type = mixedPrecision ? DType.BF16 : DType.F32;
        using var weights = sizes.ScoredShape.RandomWeights(seed: 5, type, scale: 0.05);
        var random = new SearchRandom(9);
        var tokens = Enumerable.Range(0, sizes.ForwardLength).Select(_ => random.Next(sizes.ScoredShape.VocabularySize)).ToArray();
        using var cpu = new CpuDevice(Environment.ProcessorCount);
        var difference = Difference.OfLargest(
            LogitsOf(device, sizes.ScoredShape, weights, tokens), LogitsOf(cpu, sizes.ScoredShape, weights, tokens));
        var result = new CheckResult(
            "logits",
            string.Create(
                CultureInfo.InvariantCulture, $"Llama of {sizes.ScoredShape.ParameterCount} parameters, {tokens.Length} tokens, {type}"),
            difference,
            ToleranceOf(mixedPrecision),
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
