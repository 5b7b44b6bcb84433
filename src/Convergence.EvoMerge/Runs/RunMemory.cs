using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.LanguageModels.Architectures;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>What a run would keep in a device's own memory.</summary>
internal static class RunMemory
{
    /// <summary>Shares the device's memory out; <see langword="null"/> when it works in the process's own.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="evaluator">On the device.</param>
    /// <param name="candidateByteCount">The weights of the largest candidate.</param>
    public static DeviceMemoryPlan? Plan(RunSetup setup, ModelEvaluator evaluator, long candidateByteCount)
    {
        var depth = (double)setup.Space.Layers.Max / Math.Max(1, setup.Space.Layers.ParentCount);
        var scoring = setup.Models.All
            .Select(evaluator.ShapeOf)
            .Max(shape => PackedBytes(shape, depth) + ActivationBytes(shape, setup.Config.BatchTokens));
        var parents = setup.Models.All.Sum(model => CostMeter.BytesOf(evaluator.Parents.Get(model).Weights));

        // An evaluator holds a candidate of its own beside those that are merged together.
        return evaluator.Device.PlanMemory(
            new DeviceMemoryNeeds(parents, candidateByteCount, setup.Config.PopulationSize, scoring + candidateByteCount));
    }

    private static long PackedBytes(ModelShape shape, double depth) => (long)(shape.ParameterCount * Math.Max(1, depth)) * sizeof(float);

    // The residual stream and its norm, queries with keys, values and their result, the feed-forward block's inside, logits.
    private static long ActivationBytes(ModelShape shape, int rowCount)
    {
        long heads = 2L * (shape.HeadCount + shape.KeyValueHeadCount) * shape.HeadSize;
        return rowCount * sizeof(float) * ((2L * shape.HiddenSize) + heads + (3L * shape.IntermediateSize) + shape.VocabularySize);
    }
}
