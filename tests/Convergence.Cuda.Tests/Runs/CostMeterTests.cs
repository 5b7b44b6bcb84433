using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.LanguageModels;
using Convergence.Tensors;
using Convergence.Tensors.Models;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>What a model costs on the emulated GPU: by the GPU's own clock, and by what its allocator handed out.</summary>
[NonParallelizable]
public sealed class CostMeterTests
{
    [TearDown]
    public void Reset()
    {
        if (EmulatedGpu.IsThere)
        {
            EmulatedGpu.Reset();
        }
    }

    [Test]
    public void Find_TakesTimeFromEventsAndMemoryFromTheAllocatorsPeak()
    {
        const int EventMilliseconds = 40;
        using var directory = ModelDirectory.Open(RepositoryRoot.Combine("tests", "Testing", "Reference", "llama_tiny"));
        using var device = EmulatedDevice.Create();
        using var others = device.Allocate(DType.F32, new TensorShape(100_000));
        EmulatedGpu.Configure("event_ms", EventMilliseconds);
        var cost = CostMeter.Find(device, SpeedMeasure.Measured, directory.Config, directory.Weights, new LanguageModelOptions());

        // The same by hand, on a device that was never used: the model, its activations and the kernels' lists.
        using var fresh = EmulatedDevice.Create();
        using var model = LanguageModel.Load(fresh, directory.Config, directory.Weights, "same");
        var length = Math.Min(CostMeter.SequenceLength, model.Shape.MaxPositions);
        var sequence = Enumerable.Range(0, length).Select(index => index % model.Shape.VocabularySize).ToArray();
        model.ScoreTokens([.. Enumerable.Repeat(sequence, CostMeter.SequenceCount)]);

        var tokens = CostMeter.SequenceCount * length;
        Assert.That(cost.TokensPerSecond, Is.EqualTo(tokens * 1000.0 / EventMilliseconds).Within(1e-6).Percent);
        Assert.That(cost.PeakBytes, Is.EqualTo(fresh.AllocatedBytes), "what others hold is not the model's");
        Assert.That(cost.PeakBytes, Is.GreaterThan(model.WeightByteCount));
    }
}
