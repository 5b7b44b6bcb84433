using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Models;

public sealed class LayerStackTests
{
    [TestCase("model.layers.7.self_attn.q_proj.weight", "model.layers.", 7, ".self_attn.q_proj.weight")]
    [TestCase("transformer.h.0.ln_1.weight", "transformer.h.", 0, ".ln_1.weight")]
    [TestCase("h.11.mlp.c_fc.bias", "h.", 11, ".mlp.c_fc.bias")]
    [TestCase("model.layers.3.mlp.experts.5.w1.weight", "model.layers.", 3, ".mlp.experts.5.w1.weight")]
    [TestCase("encoder.block.2.layer.0.SelfAttention.q.weight", "encoder.block.", 2, ".layer.0.SelfAttention.q.weight")]
    [TestCase("0.auto_model.encoder.layer.4.output.dense.weight", "0.auto_model.encoder.layer.", 4, ".output.dense.weight")]
    public void Parse_NumberedName_IsTakenApartAtTheLayer(string name, string prefix, int layer, string suffix)
    {
        Assert.That(LayerName.Parse(name), Is.EqualTo(new LayerName(prefix, layer, suffix)));
        Assert.That(LayerName.Parse(name).ToString(), Is.EqualTo(name));
    }

    [TestCase("model.embed_tokens.weight")]
    [TestCase("lm_head.weight")]
    [TestCase("model.norm1.weight")]
    [TestCase("model.layers.1234567.w")]
    public void Parse_NameWithoutLayer_IsNone(string name) => Assert.That(LayerName.Parse(name), Is.Null);

    [Test]
    public void Of_VisionTowerAsDeepAsTheLanguageModel_FindsTheLanguageModel()
    {
        var stack = Of(
            """{"text_config": {"num_hidden_layers": 2}, "vision_config": {"num_hidden_layers": 2}}""",
            [
                .. Layers("language_model.model.layers.", 2, 1),
                .. Layers("vision_tower.encoder.layers.", 2, 5),
                "mm_projector.0.weight",
                "mm_projector.2.weight",
            ]);
        Assert.That((stack.Prefix, stack.Count), Is.EqualTo(("language_model.model.layers.", 2)));
    }

    [Test]
    public void Of_LayersThatPredictFurtherTokens_AreStillTheMainRun()
    {
        var stack = Of(
            """{"num_hidden_layers": 3, "num_nextn_predict_layers": 1}""",
            [.. Layers("model.layers.", 4, 2), "projector.0.weight", "projector.1.weight"]);
        Assert.That((stack.Prefix, stack.Count), Is.EqualTo(("model.layers.", 4)));
    }

    [Test]
    public void Of_EncoderAndDecoder_HasNoMainRun() =>
        Assert.That(Of(
            """{"is_encoder_decoder": true, "num_layers": 2}""",
            [.. Layers("encoder.block.", 2, 1), .. Layers("decoder.block.", 2, 1)]).HasMain, Is.False);

    [Test]
    public void Of_SilentConfiguration_TakesTheRunThatHoldsMost()
    {
        Assert.That(Of("{}", [.. Layers("blocks.", 3, 4), "proj.0.weight"]).Prefix, Is.EqualTo("blocks."));
        Assert.That(Of("{}", [.. Layers("a.", 2, 2), .. Layers("b.", 2, 2)]).HasMain, Is.False, "two runs of equal size");
        Assert.That(Of("{}", ["w"]).HasMain, Is.False);
    }

    private static LayerStack Of(string config, string[] names) => LayerStack.Of(names, (JsonObject)JsonNode.Parse(config)!);

    private static IEnumerable<string> Layers(string prefix, int count, int tensors) =>
        from layer in Enumerable.Range(0, count)
        from tensor in Enumerable.Range(0, tensors)
        select $"{prefix}{layer}.part{tensor}.weight";
}
