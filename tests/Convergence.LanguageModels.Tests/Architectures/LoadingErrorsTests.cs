using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Architectures;

/// <summary>What cannot be run is refused with the key or tensor, the value or shape, and the cure.</summary>
public sealed class LoadingErrorsTests
{
    private static IEnumerable<TestCaseData> BadConfigs()
    {
        yield return Config(
            "architecture", config => config["architectures"] = new JsonArray("BertForMaskedLM"), "BertForMaskedLM", "LlamaForCausalLM");
        yield return Config("model type", config => Replace(config, "architectures", "model_type", "mamba"), "mamba", "model_type");
        yield return Config("activation", config => config["hidden_act"] = "relu", "hidden_act", "relu", "silu");
        yield return Config("yarn", config => config["rope_scaling"] = Scaling("yarn"), "yarn", "linear, llama3");
        yield return Config("dynamic", config => config["rope_scaling"] = Scaling("dynamic"), "dynamic");
        yield return Config("longrope", config => config["rope_parameters"] = Scaling("longrope"), "longrope");
        yield return Config("linear without factor", config => config["rope_scaling"] = Scaling("linear"), "factor");
        yield return Config("missing key", config => config.Remove("hidden_size"), "hidden_size", "lacks");
        yield return Config("negative", config => config["num_hidden_layers"] = -1, "num_hidden_layers", "-1");
        yield return Config("huge", config => config["hidden_size"] = 2_000_000_000, "hidden_size", "2000000000");
        yield return Config("fraction", config => config["vocab_size"] = 96.5, "vocab_size", "96.5");
        yield return Config("text", config => config["vocab_size"] = "many", "vocab_size", "many");
        yield return Config("heads", config => config["num_key_value_heads"] = 3, "num_key_value_heads", "divisor");
        yield return Config("partial rotation", config => config["partial_rotary_factor"] = 0.5, "partial_rotary_factor");
        yield return Config("window", Mistral, "sliding_window", "16");
        yield return Config(
            "vocabulary of other weights", config => config["vocab_size"] = 100, "model.embed_tokens.weight", "[96, 32]", "[100, 32]");
        yield return Config("deeper", config => config["num_hidden_layers"] = 3, "model.layers.2.", "lack");
        yield return Config("untied", config => config["tie_word_embeddings"] = false, "lm_head.weight");
    }

    [TestCaseSource(nameof(BadConfigs))]
    public void Load_BadConfig_IsAClearError(Action<JsonObject> spoil, string[] expected)
    {
        using var device = new CpuDevice(1);
        var message = Assert.Throws<LanguageModelException>(() => ToyModels.Random(device, change: spoil).Dispose()).Message;
        Assert.Multiple(() =>
        {
            Assert.That(message, Does.StartWith("tiny"));
            foreach (var part in expected)
            {
                Assert.That(message, Does.Contain(part));
            }

            Assert.That(device.AllocatedBytes, Is.Zero, "nothing is allocated before everything is checked");
        });
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Load_WeightsThatAreNotFinite_NamesTheTensor(float value)
    {
        using var device = new CpuDevice(1);
        var shape = new TinyModelOptions();
        using var weights = TinyModels.Weights(shape, 1);
        Assert.That(weights.TryGet("model.layers.1.mlp.up_proj.weight", out var tensor), Is.True);
        ((HostTensor)tensor!).AsSpan<float>()[7] = value;
        Assert.That(
            () => LanguageModel.Load(device, TinyModels.Config(shape), weights, "tiny"),
            Throws.TypeOf<LanguageModelException>()
                .With.Message.Contains("model.layers.1.mlp.up_proj.weight")
                .And.Message.Contains("1 element"));
    }

    [Test]
    public void Load_IntegerWeights_NamesTensorAndType()
    {
        using var device = new CpuDevice(1);
        var shape = new TinyModelOptions();
        using var weights = TinyModels.Weights(shape, 1);
        weights.Remove("model.norm.weight");
        weights.Add("model.norm.weight", HostTensor.Allocate(DType.I32, new TensorShape(32)));
        Assert.That(
            () => LanguageModel.Load(device, TinyModels.Config(shape), weights, "tiny"),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("model.norm.weight").And.Message.Contains("I32"));
    }

    [Test]
    public void Load_WindowThatIsNotUsed_IsAccepted()
    {
        using var device = new CpuDevice(1);
        using var model = ToyModels.Random(device, change: config =>
        {
            Mistral(config);
            config["sliding_window"] = 64;
        });
        Assert.That(model.Shape.Architecture, Is.EqualTo("MistralForCausalLM"));
    }

    private static void Mistral(JsonObject config)
    {
        config["architectures"] = new JsonArray("MistralForCausalLM");
        config["sliding_window"] = 16;
    }

    private static void Replace(JsonObject config, string removed, string key, string value)
    {
        config.Remove(removed);
        config[key] = value;
    }

    private static JsonObject Scaling(string type) => new() { ["rope_type"] = type };

    private static TestCaseData Config(string name, Action<JsonObject> spoil, params string[] expected) =>
        new TestCaseData(spoil, expected).SetArgDisplayNames(name);
}
