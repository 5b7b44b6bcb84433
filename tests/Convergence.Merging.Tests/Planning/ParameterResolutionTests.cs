namespace Convergence.Merging.Tests.Planning;

/// <summary>Which value holds for which tensor: precedence, filters and depth, read off the resolved plan.</summary>
public sealed class ParameterResolutionTests
{
    private static readonly string[] Names =
    [
        "lm_head.weight", "model.embed_tokens.weight", "model.layers.0.mlp.w",
        "model.layers.1.mlp.w", "model.layers.2.attn.w", "model.norm.weight",
    ];

    [TestCase("lm_head.weight", 0.25)]
    [TestCase("model.embed_tokens.weight", 0.25)]
    [TestCase("model.norm.weight", 0.25)]
    [TestCase("model.layers.0.mlp.w", 0.25)]
    [TestCase("model.layers.1.mlp.w", 0.5)]
    [TestCase("model.layers.2.attn.w", 1)]
    public void Gradient_OverDepth_StartsAtTheFirstLayerAndOutsideThem(string tensor, double expected) =>
        Assert.That(Weight(tensor, ParameterValue.Gradient(0.25, 0.5, 1)), Is.EqualTo(expected));

    [TestCase("model.layers.0.mlp.w", 0.75)]
    [TestCase("model.layers.1.mlp.w", 0.5)]
    [TestCase("model.layers.2.attn.w", 3)]
    [TestCase("model.norm.weight", 7)]
    public void Filter_FirstThatMatches_Holds(string tensor, double expected) =>
        Assert.That(
            Weight(tensor, new FilteredValue(
            [
                new FilteredEntry("mlp", ParameterValue.Gradient(0.75, 0.25)), new FilteredEntry("layers", 3.0),
                new FilteredEntry("*", 7.0), new FilteredEntry(null, 8.0),
            ])),
            Is.EqualTo(expected));

    [Test]
    public void Filter_WithoutAMatch_LeavesTheValueToTheRecipe() =>
        Assert.That(Weight("model.norm.weight", new FilteredValue([new FilteredEntry("mlp", 3.0)])), Is.EqualTo(9));

    [Test]
    public void SliceOfOneLayer_HasDepthOne_AndSourceBeforeSliceBeforeRecipe()
    {
        using var models = Models();
        var gradient = ParameterValue.Gradient(1, 2);
        var plan = MergePlanner.Plan(
            new MergeRecipe
            {
                Method = MergeMethod.Linear,
                Slices =
                [
                    new RecipeSlice(
                        [new RecipeSource("a", 0, 1, RecipeParameters.Of(("weight", gradient)))], RecipeParameters.Of(("weight", 5.0))),
                    new RecipeSlice([new RecipeSource("a", 1, 3, RecipeParameters.Empty)], RecipeParameters.Of(("weight", 5.0))),
                    new RecipeSlice([new RecipeSource("a", 2, 3, RecipeParameters.Empty)], RecipeParameters.Empty),
                ],
                Parameters = RecipeParameters.Of(("weight", 9.0), ("normalize", false)),
            }, models.Parents);
        Assert.That(
            plan.Tasks.Select(task => (task.Name, ((LinearMerge)task.Operation).Weights[0], task.Inputs[0].Tensor)),
            Is.EqualTo(new[]
            {
                ("lm_head.weight", 9.0, "lm_head.weight"), ("model.embed_tokens.weight", 1, "model.embed_tokens.weight"),
                ("model.layers.0.mlp.w", 2, "model.layers.0.mlp.w"), ("model.layers.1.mlp.w", 5, "model.layers.1.mlp.w"),
                ("model.layers.2.attn.w", 5, "model.layers.2.attn.w"), ("model.layers.3.attn.w", 9, "model.layers.2.attn.w"),
                ("model.norm.weight", 9, "model.norm.weight"),
            }));
    }

    private static double Weight(string tensor, ParameterValue value)
    {
        using var models = Models();
        var plan = MergePlanner.Plan(
            new MergeRecipe
            {
                Method = MergeMethod.Linear,
                Models = [new RecipeInput("a", RecipeParameters.Of(("weight", value)))],
                Parameters = RecipeParameters.Of(("weight", 9.0), ("normalize", false)),
            }, models.Parents);
        return ((LinearMerge)plan.Tasks.Single(task => task.Name == tensor).Operation).Weights[0];
    }

    private static MemoryModels Models() => new MemoryModels().Add("a", [.. Names.Select(name => (name, MemoryModels.Vector(1, 2)))]);
}
