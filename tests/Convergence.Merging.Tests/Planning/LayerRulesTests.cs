using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Planning;

/// <summary>Numbers in a configuration that divide the layers, after slices have moved the layers.</summary>
public sealed class LayerRulesTests
{
    private const string Depth = "\"num_hidden_layers\": 6";

    [TestCase("first_k_dense_replace", 2, "0-2,2-6", 2, Description = "as they were")]
    [TestCase("first_k_dense_replace", 2, "1-6", 1)]
    [TestCase("first_k_dense_replace", 2, "0-2,0-2,2-6", 4)]
    [TestCase("first_k_dense_replace", 2, "3-5", 0)]
    [TestCase("num_dense_layers", 1, "0-1,0-6", 2)]
    [TestCase("max_window_layers", 6, "0-6,2-6", 10, Description = "no layer beyond it, before and after")]
    [TestCase("max_window_layers", 28, "0-4", 4)]
    [TestCase("moe_layer_start_index", 3, "0-2,4-6", 2)]
    [TestCase("moe_layer_end_index", 3, "1-6", 2)]
    [TestCase("num_kv_shared_layers", 2, "0-4,4-6,4-6", 4)]
    [TestCase("num_kv_shared_layers", 2, "0-3,5-6", 1)]
    public void Border_IsMovedWithItsLayers(string key, int value, string slices, int expected)
    {
        var plan = Plan($$"""{ {{Depth}}, "{{key}}": {{value}} }""", slices);
        Assert.That(plan.Config[key]!.GetValue<long>(), Is.EqualTo(expected));
        Assert.That(plan.Warnings, Is.Empty);
    }

    [TestCase("\"first_k_dense_replace\": 2", "0-4,0-4", "first_k_dense_replace 2")]
    [TestCase("\"moe_layer_end_index\": 1", "3-6", "moe_layer_end_index 1", Description = "the number cannot say none")]
    [TestCase("\"max_window_layers\": 3, \"use_sliding_window\": true", "0-4,2-6", "max_window_layers 3")]
    [TestCase("\"decoder_sparse_step\": 2", "0-3,2-6", "decoder_sparse_step 2")]
    [TestCase("\"full_attention_interval\": 4", "1-6", "full_attention_interval 4")]
    public void OrderThatTheNumberCannotSay_IsWarnedOfByName(string setting, string slices, string expected)
    {
        var plan = Plan($"{{ {Depth}, {setting} }}", slices);
        Assert.That(plan.Warnings, Has.One.StartsWith($"a: config.json says {expected}, which counts layers"));
        Assert.That(plan.Config[expected.Split(' ')[0]]!.ToString(), Is.EqualTo(expected.Split(' ')[1]), "left as it was");
    }

    [TestCase("\"max_window_layers\": 3, \"use_sliding_window\": false", "0-4,2-6", Description = "without effect")]
    [TestCase("\"decoder_sparse_step\": 2", "0-4,2-6", Description = "every layer keeps its turn")]
    [TestCase("\"decoder_sparse_step\": 1", "0-3,2-6")]
    [TestCase("\"full_attention_interval\": 4, \"layer_types\": [1, 1, 1, 2, 1, 1]", "1-6", Description = "the list says it")]
    [TestCase("\"moe_layer_end_index\": -1", "1-6")]
    public void OrderThatStaysTrue_IsNotWarnedOf(string setting, string slices) =>
        Assert.That(Plan($"{{ {Depth}, {setting} }}", slices).Warnings, Is.Empty);

    [Test]
    public void Border_OfTwoModels_IsEachModelsOwn()
    {
        using var models = Models("a", $"{{ {Depth}, \"first_k_dense_replace\": 1 }}");
        Add(models, "b", $"{{ {Depth}, \"first_k_dense_replace\": 3 }}");
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Passthrough,
            Slices = [Slice("a", 0, 1), Slice("b", 1, 6)],
        };
        Assert.That(MergePlanner.Plan(recipe, models.Parents).Config["first_k_dense_replace"]!.GetValue<long>(), Is.EqualTo(3));
    }

    private static MergePlan Plan(string config, string slices)
    {
        using var models = Models("a", config);
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Passthrough,
            Slices = [.. slices.Split(',')
                .Select(range => range.Split('-').Select(int.Parse).ToArray())
                .Select(range => Slice("a", range[0], range[1]))],
        };
        return MergePlanner.Plan(recipe, models.Parents);
    }

    private static RecipeSlice Slice(string model, int first, int end) =>
        new([new RecipeSource(model, first, end, RecipeParameters.Empty)], RecipeParameters.Empty);

    private static MemoryModels Models(string name, string config) => Add(new MemoryModels(), name, config);

    private static MemoryModels Add(MemoryModels models, string name, string config) => models.Add(
        name,
        (JsonObject)JsonNode.Parse(config)!,
        [.. Enumerable.Range(0, 6).Select(layer => ($"model.layers.{layer}.w", MemoryModels.Vector(layer, name[0])))]);
}
