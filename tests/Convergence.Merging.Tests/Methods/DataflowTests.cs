using Convergence.Tensors;

namespace Convergence.Merging.Tests.Methods;

public sealed class DataflowTests
{
    private static readonly string[] Names =
        ["embed.weight", .. Enumerable.Range(0, 3).SelectMany(layer => LayerNames(layer)), "norm.weight"];

    [Test]
    public void Merge_Path_DividesWhatWritesToTheStream()
    {
        using var models = Models();
        var output = models.Merge(Path(("a", 0, 2), ("b", 2, 0.5), ("a", 1, 4))).Output;
        Assert.Multiple(() =>
        {
            Assert.That(MemoryModels.Values(output, "embed.weight"), Is.EqualTo(new[] { 10f }));
            Assert.That(MemoryModels.Values(output, "norm.weight"), Is.EqualTo(new[] { 10f }));
            Assert.That(MemoryModels.Values(output, "layers.0.self_attn.q_proj.weight"), Is.EqualTo(new[] { 10f }));
            Assert.That(MemoryModels.Values(output, "layers.0.self_attn.o_proj.weight"), Is.EqualTo(new[] { 5f }));
            Assert.That(MemoryModels.Values(output, "layers.1.mlp.down_proj.weight"), Is.EqualTo(new[] { 22f }));
            Assert.That(MemoryModels.Values(output, "layers.2.mlp.down_proj.weight"), Is.EqualTo(new[] { 11f / 4 }));
            Assert.That(MemoryModels.Values(output, "layers.2.mlp.down_proj.bias"), Is.EqualTo(new[] { 11f / 4 }));
        });
    }

    [Test]
    public void Merge_WithABase_TakesTheOuterTensorsFromIt()
    {
        using var models = Models();
        var output = models.Merge(Path(("a", 0, 1)) with { BaseModel = "b" }).Output;
        Assert.That(MemoryModels.Values(output, "embed.weight"), Is.EqualTo(new[] { 20f }));
    }

    [TestCase(0.0)]
    [TestCase(-1.0)]
    public void Merge_ScaleThatIsNotPositive_IsRefused(double scale)
    {
        using var models = Models();
        Assert.That(
            () => models.Merge(Path(("a", 0, scale))),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("\"scale\" of a").And.Message.Contains("(0, "));
    }

    [Test]
    public void Merge_ScalesWithoutBounds_AreRefused()
    {
        using var models = Models();
        Assert.That(
            () => models.Merge(Path([.. Enumerable.Repeat(("a", 0, 100.0), 8)])),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("multiply to"));
    }

    [Test]
    public void Merge_WholeModels_IsRefused()
    {
        using var models = Models();
        var recipe = new MergeRecipe { Method = MergeMethod.Dataflow, Models = [new("a", RecipeParameters.Empty)] };
        Assert.That(() => models.Merge(recipe), Throws.InstanceOf<RecipeException>().With.Message.Contains("\"slices\""));
    }

    [TestCase("post_feedforward_layernorm.weight", "normalises what its blocks add")]
    [TestCase(null, "no output matrix of its MLP")]
    public void Merge_LayerThatCannotBeScaled_IsRefusedUnlessItIsNot(string? extra, string message)
    {
        var names = Names.Where(name => extra is not null || !name.Contains("down_proj", StringComparison.Ordinal))
            .Concat(extra is null ? [] : Enumerable.Range(0, 3).Select(layer => $"layers.{layer}.{extra}"));
        using var models = new MemoryModels().Add("a", [.. names.Select(name => (name, MemoryModels.Vector(1)))]);
        Assert.That(() => models.Merge(Path(("a", 0, 2))), Throws.InstanceOf<MergeException>().With.Message.Contains(message));
        Assert.That(() => models.Merge(Path(("a", 0, 1))), Throws.Nothing);
    }

    [Test]
    public void Recipe_Indicators_GroupRunsOfLayers()
    {
        var recipe = DataflowPath.Recipe([("a", 3), ("b", 2)], [1, 1, 0, 0, 1, 1, 0, 0, 0, 0]);
        Assert.That(
            recipe.Slices.Select(slice => slice.Sources[0]).Select(source => (source.Model, source.FirstLayer, source.EndLayer)),
            Is.EqualTo(new[] { ("a", 0, 2), ("b", 1, 2), ("a", 0, 1) }));
        Assert.That(recipe.BaseModel, Is.EqualTo("a"));
    }

    [Test]
    public void Recipe_BadNumbers_AreRefused() => Assert.Multiple(() =>
    {
        Assert.That(() => DataflowPath.Recipe([("a", 2)], [0, -1]), Throws.InstanceOf<RecipeException>().With.Message.Contains("no layer"));
        Assert.That(() => DataflowPath.Recipe([("a", 2)], [1, 1, 1]), Throws.ArgumentException);
        Assert.That(() => DataflowPath.Recipe([("a", 2)], [1, 1], new double[1, 2]), Throws.ArgumentException);
        Assert.That(
            () => DataflowPath.Recipe([("a", 2)], [1, 1], new double[2, 2]),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("not above 0"));
    });

    private static IEnumerable<string> LayerNames(int layer) =>
        new[] { "self_attn.q_proj.weight", "self_attn.o_proj.weight", "mlp.down_proj.weight", "mlp.down_proj.bias" }
            .Select(name => $"layers.{layer}.{name}");

    private static MemoryModels Models() => new MemoryModels().Add("a", Weights(10)).Add("b", Weights(20));

    // The value tells the model, and for MLP tensors that too.
    private static (string, HostTensor)[] Weights(float value) =>
        [.. Names.Select(name => (name, MemoryModels.Vector(name.Contains("mlp", StringComparison.Ordinal) ? value * 1.1f : value)))];

    private static MergeRecipe Path(params (string Model, int Layer, double Scale)[] path) => new()
    {
        Method = MergeMethod.Dataflow,
        Slices =
        [
            .. path.Select(step => new RecipeSlice(
                [new RecipeSource(step.Model, step.Layer, step.Layer + 1, RecipeParameters.Of(("scale", step.Scale)))],
                RecipeParameters.Empty)),
        ],
    };
}
