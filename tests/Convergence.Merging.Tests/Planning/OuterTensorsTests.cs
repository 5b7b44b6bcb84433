using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Planning;

/// <summary>What lies before the layers and what behind them, under the names that model families use.</summary>
public sealed class OuterTensorsTests
{
    [TestCase("model.layers", "model.embed_tokens.weight", "model.norm.weight lm_head.weight score.weight", Description = "Llama")]
    [TestCase(
        "transformer.h",
        "transformer.word_embeddings.weight transformer.word_embeddings_layernorm.weight transformer.word_embeddings_layernorm.bias",
        "transformer.ln_f.weight transformer.ln_f.bias lm_head.weight", Description = "BLOOM")]
    [TestCase("h", "wte.weight wpe.weight", "ln_f.weight ln_f.bias", Description = "GPT-2 without its prefix")]
    [TestCase("gpt_neox.layers", "gpt_neox.embed_in.weight", "gpt_neox.final_layer_norm.weight embed_out.weight", Description = "Pythia")]
    [TestCase(
        "model.decoder.layers", "model.decoder.embed_tokens.weight model.decoder.embed_positions.weight model.decoder.project_in.weight",
        "model.decoder.final_layer_norm.weight model.decoder.project_out.weight lm_head.weight", Description = "OPT")]
    [TestCase(
        "model.decoder.layers",
        "model.decoder.layernorm_embedding.weight model.decoder.embed_tokens.weight",
        "lm_head.weight",
        Description = "BART's decoder")]
    [TestCase(
        "roberta.encoder.layer",
        "roberta.embeddings.LayerNorm.weight roberta.embeddings.word_embeddings.weight",
        "roberta.pooler.dense.weight lm_head.layer_norm.weight lm_head.dense.weight",
        Description = "RoBERTa")]
    [TestCase(
        "model.layers", "model.embed_tokens.weight", "model.embedding_norm.weight", Description = "LFM2, whose last norm is called so")]
    [TestCase("model.layers", "model.embed_tokens.weight model.embed_norm.weight", "model.final_norm.weight lm_head.weight")]
    [TestCase("model.layers", "model.tok_embeddings.weight", "model.norm.weight output.weight", Description = "InternLM2")]
    [TestCase(
        "transformer.encoder.layers",
        "transformer.embedding.word_embeddings.weight",
        "transformer.encoder.final_layernorm.weight transformer.output_layer.weight",
        Description = "ChatGLM")]
    [TestCase("backbone.layers", "backbone.embeddings.weight", "backbone.norm_f.weight lm_head.weight", Description = "Mamba")]
    [TestCase(
        "model.layers",
        "visual.merger.ln_q.weight visual.blocks.0.norm1.weight visual.post_norm.weight model.embed_tokens.weight",
        "model.norm.weight lm_head.weight",
        Description = "a tower's norms belong to the tower")]
    public void IsBehindLayers_ByFamily(string layers, string before, string behind)
    {
        string[] names = [$"{layers}.0.norm.weight", $"{layers}.1.norm.weight", .. before.Split(' '), .. behind.Split(' ')];
        var stack = LayerStack.Of(names, new JsonObject { ["num_hidden_layers"] = 2 });
        Assert.That(stack.Prefix, Is.EqualTo(layers + "."));
        Assert.Multiple(() =>
        {
            foreach (var name in names.Skip(2))
            {
                Assert.That(OuterTensors.IsBehindLayers(name, names, stack), Is.EqualTo(behind.Split(' ').Contains(name)), name);
            }
        });
    }

    [Test]
    public void Slices_OfTwoModels_TakeTheEmbeddingsNormFromTheFirst_AndTheLastNormFromTheSecond()
    {
        string[] names =
        [
            "model.embed_tokens.weight", "model.embed_norm.weight", "model.layers.0.w",
            "model.layers.1.w", "model.norm.weight", "lm_head.weight",
        ];
        using var models = new MemoryModels()
            .Add("a", [.. names.Select(name => (name, MemoryModels.Vector(1, 1)))])
            .Add("b", [.. names.Select(name => (name, MemoryModels.Vector(2, 2)))]);
        var recipe = RecipeReader.Parse(
            "merge_method: passthrough\nslices:\n- sources: [{model: a, layer_range: [0, 1]}]\n- sources: "
            + "[{model: b, layer_range: [1, 2]}]\n", "x.yml");
        var plan = MergePlanner.Plan(recipe, models.Parents);
        Assert.That(
            plan.Tasks.ToDictionary(task => task.Name, task => task.Inputs[0].Model),
            Is.EqualTo(new Dictionary<string, string>
            {
                ["lm_head.weight"] = "b",
                ["model.embed_norm.weight"] = "a",
                ["model.embed_tokens.weight"] = "a",
                ["model.layers.0.w"] = "a",
                ["model.layers.1.w"] = "b",
                ["model.norm.weight"] = "b",
            }));
    }
}
