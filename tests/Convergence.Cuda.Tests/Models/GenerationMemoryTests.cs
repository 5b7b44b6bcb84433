using Convergence.Cuda.Tests.Emulation;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Generation;
using Convergence.Tensors.Models;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Models;

/// <summary>Completions on a GPU whose memory has not room for the keys and values of all of them.</summary>
[NonParallelizable]
public sealed class GenerationMemoryTests
{
    private static readonly int[][] Prompts = [.. Enumerable.Range(1, 16).Select(first => new[] { first, 2 * first, 3 * first })];

    [TearDown]
    public void Reset()
    {
        if (EmulatedGpu.IsThere)
        {
            EmulatedGpu.Reset();
        }
    }

    [Test]
    public void Generate_WithoutRoomForAllSlots_HasTheSameCompletionsInSeveralRoundsAndSaysSo()
    {
        var expected = Generate(room: null, []);
        var notes = new List<string>();
        var actual = Generate(room: 60_000, notes);

        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(notes, Has.Some.Contains("memory ran short: fewer completions are generated at once than planned"));
    }

    [Test]
    public void Generate_WithoutRoomForOneSlot_IsOutOfMemory()
    {
        Assert.That(
            () => Generate(room: 2_000, []), Throws.TypeOf<CudaException>().With.Property(nameof(CudaException.IsOutOfMemory)).True);
    }

    private static int[][] Generate(long? room, List<string> notes)
    {
        using var device = EmulatedDevice.Create();
        device.Noted += notes.Add;
        using var directory = ModelDirectory.Open(RepositoryRoot.Combine("tests", "Testing", "Reference", "llama_tiny"));
        var options = new LanguageModelOptions { MaxBatchRows = 64, MaxBatchLogits = 4096 };
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, "tiny", options);
        model.ScoreTokens([[1, 2, 3]]);
        if (room is { } byteCount)
        {
            ((CudaDevice)device).Runtime.Memory.Trim();
            EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + byteCount);
        }

        return [.. model.Generate(Prompts, new GenerationOptions { MaxNewTokens = 20 }).Select(sequence => sequence.Tokens.ToArray())];
    }
}
