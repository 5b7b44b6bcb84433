using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Architectures;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>What a run would keep in a device's own memory.</summary>
internal static class RunMemory
{
    /// <summary>Candidates that are merged and scored together at most: what comes beyond finds a GPU busy.</summary>
    private const int MostTogether = 64;

    /// <summary>Shares the device's memory out; <see langword="null"/> when it works in the process's own.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="evaluator">On the device.</param>
    /// <param name="candidateByteCount">The weights of the largest candidate.</param>
    public static DeviceMemoryPlan? Plan(RunSetup setup, ModelEvaluator evaluator, long candidateByteCount)
    {
        var depth = (double)setup.Space.Layers.Max / Math.Max(1, setup.Space.Layers.ParentCount);
        var shapes = setup.Models.All.Select(evaluator.ShapeOf).ToList();
        var rows = setup.Config.BatchTokens;
        var scoring = shapes.Max(shape => PackedBytes(shape, depth, setup.Config.MixedPrecision.Products()) + ActivationBytes(shape, rows));
        var logits = shapes.Max(shape => LogitBytes(shape, rows));
        var parents = setup.Models.All.Sum(model => CostMeter.BytesOf(evaluator.Parents.Get(model).Weights));

        // An evaluator holds a candidate of its own beside those that are merged together, and a shape is measured on a model of its own.
        var measured = setup.Objectives.NeedsCost ? scoring + logits : 0;
        return evaluator.Device.PlanMemory(new DeviceMemoryNeeds(
            parents,
            candidateByteCount,
            setup.Config.PopulationSize,
            MostTogether,
            scoring,
            logits + candidateByteCount + measured));
    }

    private static long PackedBytes(ModelShape shape, double depth, ProductPrecision products) =>
        (long)(shape.ParameterCount * Math.Max(1, depth)) * (products == ProductPrecision.Bf16 ? sizeof(ushort) : sizeof(float));

    // The residual stream and its norm, queries with keys, values and their result, the feed-forward block's inside.
    private static long ActivationBytes(ModelShape shape, int rowCount)
    {
        long heads = 2L * (shape.HeadCount + shape.KeyValueHeadCount) * shape.HeadSize;
        return rowCount * sizeof(float) * ((2L * shape.HiddenSize) + heads + (3L * shape.IntermediateSize));
    }

    // They are held for so many rows in all, however many candidates are scored together, but for one of each at least.
    private static long LogitBytes(ModelShape shape, int rowCount)
    {
        var most = (long)rowCount * MostTogether;
        var held = Math.Clamp(new LanguageModelOptions().MaxBatchLogits / shape.VocabularySize, MostTogether, most);
        return held * shape.VocabularySize * sizeof(float);
    }
}
