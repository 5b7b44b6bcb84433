using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Runs;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Generation;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>What is planned for scoring, beside what the emulated driver hands out for it.</summary>
[NonParallelizable]
public sealed class ScoringMemoryTests
{
    private const int RowCount = 200;
    private const int SlotCount = 24;

    // Not many times as much: kernels, lists and small vectors take blocks of 512 bytes and more each.
    private const double MostPlanned = 1.5;

    [Test]
    public void OfEachAndShared_BoundWhatTheAllocatorHolds(
        [Values("llama_tiny", "gpt2_tiny")] string name,
        [Values(ProductPrecision.F32, ProductPrecision.Bf16)] ProductPrecision products,
        [Values(1, 3)] int together)
    {
        using var device = EmulatedDevice.Create(products);
        using var directory = ModelDirectory.Open(RepositoryRoot.Combine("tests", "Testing", "Reference", name));
        var before = EmulatedGpu.AllocatedBytes();
        var source = new ModelSource(directory.Config, directory.Weights);
        var options = new LanguageModelOptions { MaxBatchRows = RowCount, MaxMembers = together };
        using var model = LanguageModel.LoadMembers(device, [.. Enumerable.Repeat(source, together)], name, options);
        var length = Math.Min(40, model.Shape.MaxPositions);
        var sequences = Enumerable.Range(0, RowCount / length).Select(_ => Enumerable.Range(0, length).ToArray()).ToList();
        model.ScoreTokens(sequences, [.. sequences.Select(_ => 1)], new float[together * sequences.Count * (length - 1)]);
        if (together == 1)
        {
            var prompts = Enumerable.Range(1, SlotCount).Select(first => new[] { first, 2 }).ToList();
            model.Generate(prompts, new GenerationOptions { MaxNewTokens = length - 2 });
        }

        var cachedTokenCount = together == 1 ? SlotCount * length : 0;
        var memory = new ScoringMemory(device, model.Shape, model.Shape.LayerCount, products, together);
        var planned = (together * memory.OfEach(RowCount)) + memory.Shared(RowCount, cachedTokenCount);
        var held = EmulatedGpu.AllocatedBytes() - before;
        Assert.That(held, Is.LessThanOrEqualTo(planned).And.GreaterThan(planned / MostPlanned), $"{planned} planned");
    }

    // All else is the same: float32 weights and half of them in bfloat16 differ by what the allocator saves on matrices.
    [Test]
    public void OfEach_InBfloat16_IsLessByExactlyWhatTheAllocatorSaves([Values("llama_tiny", "gpt2_tiny")] string name)
    {
        var (wideHeld, widePlanned) = BytesOf(name, ProductPrecision.F32);
        var (narrowHeld, narrowPlanned) = BytesOf(name, ProductPrecision.Bf16);

        Assert.That(wideHeld, Is.GreaterThan(narrowHeld));
        Assert.That(widePlanned - narrowPlanned, Is.EqualTo(wideHeld - narrowHeld));
    }

    // What a model alone holds when it is loaded, and what is planned for scoring nothing with it.
    private static (long Held, long Planned) BytesOf(string name, ProductPrecision products)
    {
        using var device = (CudaDevice)EmulatedDevice.Create(products);
        using var directory = ModelDirectory.Open(RepositoryRoot.Combine("tests", "Testing", "Reference", name));
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, name);
        device.Runtime.Memory.Trim();
        return (
            EmulatedGpu.AllocatedBytes(),
            new ScoringMemory(device, model.Shape, model.Shape.LayerCount, products, mostTogether: 1).OfEach(rowCount: 0));
    }
}
