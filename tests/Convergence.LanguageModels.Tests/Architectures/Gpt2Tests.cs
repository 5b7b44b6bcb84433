using System.Diagnostics.CodeAnalysis;
using Convergence.LanguageModels.Generation;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;

namespace Convergence.LanguageModels.Tests.Architectures;

/// <summary>What GPT-2 does differently, beyond its reference logits.</summary>
public sealed class Gpt2Tests
{
    private static readonly int[] Prompt = [72, 101, 108, 108, 111];

    private readonly CpuDevice _device = new(2);
    private readonly ModelDirectory _directory = ModelDirectory.Open(Reference.PathOf("gpt2_tiny"));

    [OneTimeTearDown]
    public void Release()
    {
        _directory.Dispose();
        _device.Dispose();
    }

    [Test]
    public void Load_NamesWithoutPrefix_IsTheSameModel()
    {
        using var model = Load(_directory.Weights);
        using var bare = Load(new WithoutPrefix(_directory.Weights));
        Assert.That(bare.Logits(Prompt), Is.EqualTo(model.Logits(Prompt)));
    }

    [Test]
    public void Generate_WithTheCache_IsFullRecomputation()
    {
        using var model = Load(_directory.Weights);
        var tokens = Prompt.ToList();
        for (var step = 0; step < 20; step++)
        {
            var last = model.Logits([.. tokens]).Chunk(model.Shape.VocabularySize).Last();
            tokens.Add(Array.IndexOf(last, last.Max()));
        }

        var generated = model.Generate([Prompt, [1, 2, 3]], new GenerationOptions { MaxNewTokens = 20 })[0];
        Assert.That(generated.Tokens, Is.EqualTo(tokens.Skip(Prompt.Length)));
    }

    [Test]
    public void ScoreTokens_OfEnds_AreTheEndsOfTheWholes()
    {
        using var model = Load(_directory.Weights);
        var whole = model.ScoreTokens([Prompt])[0];
        var ends = new float[2];
        model.ScoreTokens([Prompt], [3], ends);
        Assert.That(ends, Is.EqualTo(whole[2..]));
    }

    [TestCase("relu")]
    [TestCase("gelu_fast")]
    public void Load_AnotherActivation_IsRefusedByName(string activation)
    {
        var config = (System.Text.Json.Nodes.JsonObject)_directory.Config.DeepClone();
        config["activation_function"] = activation;
        Assert.That(
            () => LanguageModel.Load(_device, config, _directory.Weights, "gpt2"),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains(activation).And.Message.Contains("activation_function"));
    }

    private LanguageModel Load(ITensorSource weights) => LanguageModel.Load(_device, _directory.Config, weights, "gpt2");

    private sealed class WithoutPrefix(ITensorSource source) : ITensorSource
    {
        public IReadOnlyList<string> Names => [.. source.Names.Select(name => name.Replace("transformer.", "", StringComparison.Ordinal))];

        public bool TryGet(string name, [NotNullWhen(true)] out DeviceTensor? tensor)
        {
            tensor = null;
            return !name.StartsWith("transformer.", StringComparison.Ordinal) && source.TryGet("transformer." + name, out tensor);
        }
    }
}
