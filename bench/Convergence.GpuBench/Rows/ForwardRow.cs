using System.Globalization;
using Convergence.Bench.Models;
using Convergence.Bench.Tables;
using Convergence.Cuda;
using Convergence.Evolution.Randomness;
using Convergence.LanguageModels;
using Convergence.Tensors;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.GpuBench.Rows;

/// <summary>Scoring tokens with a model in bfloat16, against cuBLAS's rate at the model's shapes.</summary>
internal static class ForwardRow
{
    private const double Target = 0.40;

    /// <param name="table">Receives the row.</param>
    /// <param name="device">A GPU that multiplies in bfloat16.</param>
    /// <param name="sizes">The model, and how many tokens.</param>
    public static void Add(ResultTable table, CudaDevice device, BenchSizes sizes)
    {
        var (shape, count, length) = (sizes.ScoredShape, sizes.ForwardSequenceCount, sizes.ForwardLength);
        var random = new SearchRandom(9);
        var sequences = Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, length).Select(_ => random.Next(shape.VocabularySize)).ToArray())
            .ToList();
        using var weights = shape.RandomWeights(seed: 5, DType.BF16, scale: 0.03);
        var options = new LanguageModelOptions { MaxBatchRows = count * length };
        using var model = LanguageModel.Load(device, shape.Config("bfloat16"), weights, "bench", options);

        // The limit is taken before and after; the higher one counts.
        var before = GemmLimit.Measure(device, shape, count * length, sizes.RepeatCount);
        var seconds = GpuTime.Median(device, sizes.RepeatCount, () => model.ScoreTokens(sequences));
        var limit = Math.Max(before, GemmLimit.Measure(device, shape, count * length, sizes.RepeatCount));
        var rate = shape.ForwardOperations(count, length) / seconds;
        table.Note(WhatIsCounted(shape, count, length));
        table.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"forward, {shape.ParameterCount * 1e-6:0.0} M parameters, {count} x {length} tokens, bf16, scores read back"),
            $"{Number(seconds * 1e3)} ms, {Number(count * length / seconds, "0")} tokens/s, {Number(rate * 1e-12)} TFLOP/s",
            $"cuBLAS at these shapes {Number(limit * 1e-12)} TFLOP/s",
            Number(rate / limit),
            $">= {Number(Target)} of cuBLAS",
            rate / limit >= Target);
    }

    private static string WhatIsCounted(LlamaShape shape, int count, int length) => string.Create(
        CultureInfo.InvariantCulture,
        $"The forward row counts a multiply-add as two operations, logits at every position, and attention in full, as is customary: "
        + $"the kernel does the causal half, so that {100 * shape.CausalSavings(count, length):0.0} % of what is counted is never done. "
        + $"Its time is that of scoring, with embedding, norms, attention, log-probabilities and their way back; "
        + $"cuBLAS's is that of its products alone.");
}
