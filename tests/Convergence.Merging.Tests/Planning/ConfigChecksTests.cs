using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging.Tests.Planning;

/// <summary>
/// One model whose configuration and tensors contradict each other, or that is quantised, and the words in which it is refused.
/// </summary>
public sealed class ConfigChecksTests
{
    private const string Sound =
        """{"num_hidden_layers": 2, "hidden_size": 4, "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 3}""";

    [Test]
    public void Plan_SoundModel_IsAccepted() => Assert.That(Plan(Sound).Warnings, Is.Empty);

    [TestCase(
        """{"num_hidden_layers": 3}""", "says num_hidden_layers 3, but the tensors show other numbers of layers (2 under model.layers.)")]
    [TestCase("""{"num_hidden_layers": 100001}""", "says num_hidden_layers 100001, but")]
    [TestCase(
        """{"num_hidden_layers": 9223372036854775807, "num_nextn_predict_layers": 9}""", "says num_hidden_layers 9223372036854775807, but")]
    [TestCase("""{"num_hidden_layers": 1}""", "says num_hidden_layers 1, but")]
    [TestCase("""{"text_config": {"num_hidden_layers": 9}}""", "says num_hidden_layers 9, but")]
    [TestCase("""{"hidden_size": "4"}""", "says hidden_size \"4\", which is not a positive whole number")]
    [TestCase("""{"hidden_size": -4}""", "says hidden_size -4, which is not")]
    [TestCase("""{"vocab_size": 3.5}""", "says vocab_size 3.5, which is not")]
    [TestCase("""{"num_hidden_layers": "two"}""", "says num_hidden_layers \"two\"")]
    [TestCase("""{"hidden_size": 8}""", "says hidden_size 8, but model.embed_tokens.weight has 4 columns")]
    [TestCase("""{"vocab_size": 5}""", "says vocab_size 5, but model.embed_tokens.weight has 3 rows")]
    [TestCase("""{"hidden_size": 4, "num_attention_heads": 3}""", "num_attention_heads 3, which does not divide it, and no head_dim")]
    [TestCase("""{"num_attention_heads": 4, "num_key_value_heads": 3}""", "the second does not divide the first")]
    public void Plan_Contradiction_IsRefused(string config, string expected) =>
        Assert.That(() => Plan(config), Throws.TypeOf<MergeException>().With.Message.StartsWith("a: ").And.Message.Contains(expected));

    [TestCase("""{"hidden_size": 4, "num_attention_heads": 3, "head_dim": 8}""")]
    [TestCase("""{"num_hidden_layers": 1, "num_nextn_predict_layers": 1}""")]
    [TestCase("""{"num_hidden_layers": 12, "num_hidden_groups": 2}""")]
    [TestCase("""{"intermediate_size": [8, 16]}""")]
    [TestCase("""{"num_key_value_heads": null, "num_attention_heads": 2}""")]
    [TestCase("{}")]
    public void Plan_UnusualButConsistent_IsAccepted(string config) => Assert.That(Plan(config).Tasks, Is.Not.Empty);

    [Test]
    public void Plan_PaddedEmbedding_IsAWarning() =>
        Assert.That(Plan("""{"vocab_size": 2}""").Warnings, Has.One.Contains("has 3 rows where config.json says vocab_size 2"));

    [Test]
    public void Plan_LayerWithoutTensors_IsRefusedByItsNumber()
    {
        using var models = new MemoryModels().Add(
            "a", Json("""{"num_hidden_layers": 3}"""), ("h.0.w", Matrix(1, 1)), ("h.2.w", Matrix(1, 1)));
        Assert.That(
            () => MergePlanner.Plan(Recipe, models.Parents),
            Throws.TypeOf<MergeException>().With.Message.Contains("layer 1 of 3 (h.1) has no tensors"));
    }

    [TestCase("gptq", "model.layers.0.q.qweight", DType.I32)]
    [TestCase("bitsandbytes", "model.layers.0.q.weight", DType.U8)]
    [TestCase("fp8", "model.layers.0.q.weight", DType.F8E4M3)]
    public void Plan_QuantisedModel_IsRefusedByItsKind(string method, string tensor, DType dtype)
    {
        var config = new JsonObject { ["quantization_config"] = new JsonObject { ["quant_method"] = method } };
        foreach (var given in (JsonObject[])[config, []])
        {
            using var models = new MemoryModels().Add("a", given, (tensor, HostTensor.Allocate(dtype, new TensorShape(2, 2))));
            Assert.That(
                () => MergePlanner.Plan(Recipe, models.Parents),
                Throws.TypeOf<MergeException>().With.Message.Contains(given.Count > 0 ? $"quantised by {method}" : "a is quantised")
                    .And.Message.Contains(tensor).And.Message.Contains("Merge the unquantised checkpoints"));
        }
    }

    [Test]
    public void Plan_QuantisedByItsConfigurationAlone_SaysWhatToRemove() =>
        Assert.That(
            () => Plan("""{"quantization_config": {"quant_method": "awq"}}"""),
            Throws.TypeOf<MergeException>()
                .With.Message.Contains("its tensors are plain floats")
                .And.Message.Contains("remove quantization_config"));

    [Test]
    public void Plan_IndexTables_AreNotTakenForCodes()
    {
        using var models = new MemoryModels().Add(
            "a", ("w", Matrix(1, 1)), ("attn.bias", HostTensor.Allocate(DType.U8, new TensorShape(1, 1, 2, 2))));
        Assert.That(MergePlanner.Plan(Recipe, models.Parents).Tasks, Has.Length.EqualTo(2));
    }

    private static MergeRecipe Recipe => new()
    {
        Method = MergeMethod.Linear,
        Models = [new("a", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("weight", 1.0)),
    };

    private static MergePlan Plan(string config)
    {
        using var models = new MemoryModels().Add(
            "a", Json(config), ("model.embed_tokens.weight", Matrix(3, 4)),
            ("model.layers.0.w.weight", Matrix(4, 4)), ("model.layers.1.w.weight", Matrix(4, 4)));
        return MergePlanner.Plan(Recipe, models.Parents);
    }

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    private static HostTensor Matrix(int rows, int columns) =>
        HostTensor.From(Enumerable.Repeat(1f, rows * columns).ToArray(), new TensorShape(rows, columns));
}
