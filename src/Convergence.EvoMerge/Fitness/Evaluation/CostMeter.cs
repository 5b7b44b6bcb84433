using System.Text.Json.Nodes;
using Convergence.EvoMerge.Configuration;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Architectures;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using MathNet.Numerics.Statistics;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>
/// Finds what a model shape costs. Measured: a model of the shape is loaded on a device that nobody else uses, all processors or the
/// GPU, while nothing else runs; it scores <see cref="SequenceCount"/> sequences of up to <see cref="SequenceLength"/> tokens once to
/// warm up and <see cref="TimingCount"/> times for the device's clock, and the median counts; memory is what the device's peak rises by.
/// Analytic: multiply-adds of one such sequence at a nominal 10^12 a second, and the bytes of the stored weights and of a key-value cache
/// of that sequence in float32.
/// </summary>
internal static class CostMeter
{
    public const int SequenceCount = 4;
    public const int SequenceLength = 256;
    public const int TimingCount = 5;

    private const double NominalOperationsPerSecond = 1e12;

    /// <summary>What two models of equal cost have in common: the configuration's extents and the bytes of the weights.</summary>
    public static string ShapeOf(JsonObject config, ITensorSource weights) =>
        FormattableString.Invariant($"layers={ModelDepth.Of(config)} tensors={weights.Names.Count} bytes={BytesOf(weights)}");

    public static ShapeCost Find(
        ComputeDevice device, SpeedMeasure measure, JsonObject config, ITensorSource weights, LanguageModelOptions options)
    {
        if (measure == SpeedMeasure.Analytic)
        {
            return Count(LanguageModel.Examine(device, config, weights, "shape"), weights);
        }

        device.ResetPeak();
        var heldBytes = device.AllocatedBytes;
        using var model = LanguageModel.Load(device, config, weights, "shape", options);
        return Measure(device, model, heldBytes);
    }

    private static ShapeCost Count(ModelShape shape, ITensorSource weights)
    {
        var length = Math.Min(SequenceLength, shape.MaxPositions);
        var operations = shape.CountedSequenceOperations(length, length);
        var cacheBytes = 2L * shape.LayerCount * shape.KeyValueHeadCount * shape.HeadSize * length * sizeof(float);
        return new ShapeCost(NominalOperationsPerSecond * length / operations, BytesOf(weights) + cacheBytes);
    }

    private static ShapeCost Measure(ComputeDevice device, LanguageModel model, long heldBytes)
    {
        var sequences = Sequences(model.Shape);
        var tokenCount = sequences.Sum(sequence => sequence.Length);
        model.ScoreTokens(sequences);
        var rates = new double[TimingCount];
        for (var timing = 0; timing < TimingCount; timing++)
        {
            rates[timing] = tokenCount / device.Time(() => model.ScoreTokens(sequences)).TotalSeconds;
        }

        return new ShapeCost(Statistics.Median(rates), device.PeakAllocatedBytes - heldBytes);
    }

    /// <summary>Any tokens do: time does not depend on which.</summary>
    private static int[][] Sequences(ModelShape shape)
    {
        var length = Math.Min(SequenceLength, shape.MaxPositions);
        return [.. Enumerable.Range(0, SequenceCount)
            .Select(_ => Enumerable.Range(0, length).Select(index => index % shape.VocabularySize).ToArray())];
    }

    /// <summary>The bytes of all tensors together, as they are stored.</summary>
    public static long BytesOf(ITensorSource weights) =>
        weights.Names.Sum(name => weights.TryGet(name, out var tensor) ? tensor.ByteCount : 0);
}
