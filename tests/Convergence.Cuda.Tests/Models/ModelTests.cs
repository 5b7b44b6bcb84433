using Convergence.Cuda.Tests.Emulation;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Models;

/// <summary>Whole models through the emulated GPU: against PyTorch's numbers, and against the CPU device.</summary>
public sealed class ModelTests
{
    /// <summary>What F32 logits may differ by, of the largest of them.</summary>
    private const double FullTolerance = 1e-3;

    /// <summary>The same of products of bfloat16 factors.</summary>
    private const double MixedTolerance = 2e-2;

    [TestCase("llama_tiny", "llama_tiny_reference.safetensors")]
    [TestCase("gpt2_tiny", "gpt2_reference.safetensors")]
    public void Logits_InFullPrecision_ArePyTorchs(string model, string referenceFile)
    {
        using var reference = SafetensorsFile.Open(ReferencePath(referenceFile));
        Assert.That(reference.TryGet("token_ids", out var ids), Is.True);
        Assert.That(reference.TryGet("logits", out var logits), Is.True);
        var expected = new float[logits!.ElementCount];
        using var cpu = new CpuDevice(1);
        cpu.Read(logits, expected);
        var rows = ((HostTensor)ids!).AsSpan<long>().ToArray().Select(id => (int)id).Chunk((int)ids.Shape.LastExtent).ToArray();

        using var device = EmulatedDevice.Create();
        var actual = LogitsOf(device, ReferencePath(model), rows);
        Assert.That(RelativeDifference(actual, expected), Is.LessThanOrEqualTo(FullTolerance));
    }

    [TestCase("llama_tiny", false, FullTolerance)]
    [TestCase("llama_tiny", true, MixedTolerance)]
    [TestCase("gpt2_tiny", false, FullTolerance)]
    [TestCase("gpt2_tiny", true, MixedTolerance)]
    public void Logits_AreTheCpuDevices(string model, bool isMixed, double tolerance)
    {
        int[][] rows = [[.. Enumerable.Range(0, 40).Select(i => (i * 7) % 50)], [3]];
        using var cpu = new CpuDevice(2);
        using var device = EmulatedDevice.Create(isMixed ? ProductPrecision.Bf16 : ProductPrecision.F32);
        var expected = LogitsOf(cpu, ReferencePath(model), rows);
        Assert.That(RelativeDifference(LogitsOf(device, ReferencePath(model), rows), expected), Is.LessThanOrEqualTo(tolerance));
    }

    // Their attention rounds its inputs, too.
    [Test]
    public void Logits_OfWideHeadsInMixedPrecision_AreTheCpuDevices()
    {
        using var directory = new TemporaryDirectory();
        var options = new TinyModelOptions { HiddenSize = 256, IntermediateSize = 256 };
        TinyModels.Write(directory.Path, options, seed: 1);
        int[][] rows = [[.. Enumerable.Range(0, 16).Select(i => (i * 7) % 50)]];
        using var cpu = new CpuDevice(2);
        using var device = EmulatedDevice.Create(ProductPrecision.Bf16);
        Assert.That(
            RelativeDifference(LogitsOf(device, directory.Path, rows), LogitsOf(cpu, directory.Path, rows)),
            Is.LessThanOrEqualTo(MixedTolerance));
    }

    [Test]
    public void ShippedModel_ScoresAndContinues_AsOnTheCpuDevice()
    {
        var path = RepositoryRoot.Combine("models", "base");
        using var cpu = new CpuDevice(2);
        using var device = EmulatedDevice.Create();
        using var directory = ModelDirectory.Open(path);
        var tokenizer = Tokenizer.Load(path);
        int[][] prompts = [tokenizer.Encode("The cat "), tokenizer.Encode("12 + 30 = "), tokenizer.Encode("a")];
        using var expected = LanguageModel.Load(cpu, directory.Config, directory.Weights, path);
        using var actual = LanguageModel.Load(device, directory.Config, directory.Weights, path);
        var options = new GenerationOptions { MaxNewTokens = 12 };

        var continued = actual.Generate(prompts, options);

        var wanted = expected.Generate(prompts, options);
        Assert.That(continued.Select(sequence => sequence.Tokens), Is.EqualTo(wanted.Select(sequence => sequence.Tokens)));
        int[][] texts = [.. prompts.Zip(continued, (prompt, sequence) => prompt.Concat(sequence.Tokens).ToArray())];
        var (scores, reference) = (actual.ScoreTokens(texts), expected.ScoreTokens(texts));
        for (var text = 0; text < texts.Length; text++)
        {
            Assert.That(scores[text], Is.EqualTo(reference[text]).Within(FullTolerance));
            Assert.That(actual.ScoreTokens([texts[text]])[0], Is.EqualTo(scores[text]), "whatever shares the batch");
        }
    }

    [TestCase("llama_tiny", false)]
    [TestCase("gpt2_tiny", true)]
    public void ScoreTokens_SideBySide_AreTheBitsOfEachAlone_InAsManyLaunches(string name, bool isMixed)
    {
        const int Members = 3;
        using var cpu = new CpuDevice(1);
        using var device = EmulatedDevice.Create(isMixed ? ProductPrecision.Bf16 : ProductPrecision.F32);
        using var stack = new TestStack(cpu, ReferencePath(name), Members);
        int[][] sequences = [[.. Enumerable.Range(0, 40).Select(i => (i * 7) % 50)], [3, 4], [.. Enumerable.Range(1, 9)]];
        int[] first = [1, 1, 5];
        const int Scored = 39 + 1 + 4;
        var options = new LanguageModelOptions { MaxMembers = Members };
        ModelSource[] sources = [.. stack.Weights.Select(weights => new ModelSource(stack.Config, weights))];
        using var together = LanguageModel.LoadMembers(device, sources, "stack", options);
        var scores = new float[Members * Scored];
        together.ScoreTokens(sequences, first, scores);
        var launches = PassLaunchCount();
        together.ScoreTokens(sequences, first, scores);
        var launchesTogether = PassLaunchCount() - launches;
        for (var member = 0; member < Members; member++)
        {
            using var alone = LanguageModel.Load(device, stack.Config, stack.Weights[member], "alone");
            var expected = new float[Scored];
            launches = PassLaunchCount();
            alone.ScoreTokens(sequences, first, expected);
            Assert.That(PassLaunchCount() - launches, Is.EqualTo(launchesTogether));
            Assert.That(scores[(member * Scored)..((member + 1) * Scored)], Is.EqualTo(expected), $"model {member}");
        }
    }

    private static long PassLaunchCount() => EmulatedGpu.LaunchCounts
        .Where(kernel => kernel.Key.StartsWith("transformer_", StringComparison.Ordinal))
        .Sum(kernel => kernel.Value);

    private static string ReferencePath(string name) => RepositoryRoot.Combine("tests", "Testing", "Reference", name);

    private static float[] LogitsOf(ComputeDevice device, string path, int[][] rows)
    {
        using var directory = ModelDirectory.Open(path);
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, path);
        return [.. rows.SelectMany(row => model.Logits(row))];
    }

    private static double RelativeDifference(float[] actual, float[] expected)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length).And.All.Not.NaN);
        var largest = expected.Max(value => Math.Abs((double)value));
        var difference = actual.Zip(expected, (a, e) => Math.Abs((double)a - e)).Max() / largest;
        TestContext.Out.WriteLine($"largest difference {difference:E2} of the largest logit {largest:F3}");
        return difference;
    }
}
