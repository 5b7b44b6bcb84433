using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.LanguageModels;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>What a run would keep in a device's own memory, in blocks as the device's allocator rounds them.</summary>
internal static class RunMemory
{
    /// <summary>Candidates that are merged and scored together at most: what comes beyond finds a GPU busy.</summary>
    private const int MostTogether = 64;

    // What searching the cut of a task vector collects, beside a sample: merge_collect.cu.
    private const int CollectedBytesPerElement = 1;
    private const long SampledByteCount = 256 << 10;

    /// <summary>Shares the device's memory out; <see langword="null"/> when it works in the process's own.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="evaluator">On the device.</param>
    public static DeviceMemoryPlan? Plan(RunSetup setup, ModelEvaluator evaluator)
    {
        var device = evaluator.Device;
        var together = Math.Clamp(setup.Config.PopulationSize, 1, MostTogether);
        var rows = setup.Config.BatchTokens;
        var layers = setup.Space.Layers;
        var shapes = setup.Models.All.Select(evaluator.ShapeOf).ToList();
        var cached = setup.Search.Tasks.Concat(setup.Validation.Tasks).Concat(setup.Test.Tasks).Max(task =>
            task.GeneratedTokenCount(new LanguageModelOptions().MaxGenerationSlots, shapes.Max(shape => shape.MaxPositions)));
        var scoring = shapes
            .Select(shape => new ScoringMemory(
                device, shape, Math.Max(shape.LayerCount, layers.Max), setup.Config.MixedPrecision.Products(), together))
            .ToList();
        var (ofEach, shared) = (scoring.Max(model => model.OfEach(rows)), scoring.Max(model => model.Shared(rows, cached)));
        var parents = setup.Models.All.Select(model => evaluator.Parents.Get(model).Weights).ToList();
        var candidate = LargestCandidate.ByteCount(setup, evaluator.Parents, device.AllocationByteCount);

        // A shape is measured on a model of its own, whose weights are an evaluator's own beside those that are merged together.
        var measured = setup.Objectives.NeedsCost
            ? candidate + (setup.Config.Speed == SpeedMeasure.Measured ? ofEach + shared : 0)
            : 0;
        return device.PlanMemory(new DeviceMemoryNeeds(
            parents.Sum(parent => Tensors(parent).Sum(tensor => device.AllocationByteCount(tensor.ByteCount))),
            candidate,
            setup.Config.PopulationSize,
            MostTogether,
            ofEach,
            shared + measured + parents.Sum(parent => MergingBytes(device, parent))));
    }

    // A tensor on its way from each parent, and what is found out about it.
    private static long MergingBytes(ComputeDevice device, ITensorSource parent) => SampledByteCount + Tensors(parent).Max(tensor =>
        device.AllocationByteCount(tensor.ByteCount)
        + device.AllocationByteCount(tensor.Shape.ElementCount * CollectedBytesPerElement));

    private static IEnumerable<DeviceTensor> Tensors(ITensorSource source) =>
        source.Names.Select(name => source.TryGet(name, out var tensor) ? tensor : null).OfType<DeviceTensor>();
}
