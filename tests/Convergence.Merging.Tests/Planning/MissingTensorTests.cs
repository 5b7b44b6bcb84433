using Convergence.Tensors;

namespace Convergence.Merging.Tests.Planning;

/// <summary>Tensors that only some of the models have.</summary>
public sealed class MissingTensorTests
{
    [Test]
    public void Refuse_IsTheDefaultAndNamesWhoHasIt()
    {
        using var models = Models();
        Assert.That(
            () => MergePlanner.Plan(Linear, models.Parents),
            Throws.TypeOf<MergeException>()
                .With.Message.Contains("a, b have no tensor alone, but c has.")
                .And.Message.Contains("missing_tensors: skip"));
    }

    [Test]
    public void Skip_MergesFromTheModelsThatHaveIt()
    {
        using var models = Models();
        var (output, _) = models.Merge(Linear with { MissingTensors = MissingTensorRule.Skip });
        Assert.That(MemoryModels.Values(output, "w"), Is.EqualTo(new[] { 2f }));
        Assert.That(MemoryModels.Values(output, "bias"), Is.EqualTo(new[] { 20f }), "the mean of a and c");
        Assert.That(MemoryModels.Values(output, "alone"), Is.EqualTo(new[] { 7f }), "c's own");
        Assert.That(
            MergePlanner.Plan(Linear with { MissingTensors = MissingTensorRule.Skip }, models.Parents).Warnings,
            Has.One.EqualTo("bias is merged without b, which does not have it.")
                .And.One.EqualTo("alone is merged without a, b, which do not have it."));
    }

    [Test]
    public void Skip_TensorOfTheBaseAlone_IsTheBases()
    {
        using var models = new MemoryModels()
            .Add("base", ("w", MemoryModels.Vector(1)), ("only", MemoryModels.Vector(5))).Add("a", ("w", MemoryModels.Vector(2)));
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.TaskArithmetic,
            BaseModel = "base",
            Models = [new("a", RecipeParameters.Of(("weight", 0.5)))],
        };
        Assert.That(
            () => models.Merge(recipe), Throws.TypeOf<MergeException>().With.Message.Contains("a has no tensor only, but base has."));
        Assert.That(
            MemoryModels.Values(models.Merge(recipe with { MissingTensors = MissingTensorRule.Skip }).Output, "only"),
            Is.EqualTo(new[] { 5f }));
    }

    [Test]
    public void Skip_TensorThatTheBaseLacks_IsRefusedAllTheSame()
    {
        using var models = new MemoryModels()
            .Add("base", ("w", MemoryModels.Vector(1))).Add("a", ("w", MemoryModels.Vector(2)), ("more", MemoryModels.Vector(3)));
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.TaskArithmetic,
            BaseModel = "base",
            Models = [new("a", RecipeParameters.Of(("weight", 0.5)))],
            MissingTensors = MissingTensorRule.Skip,
        };
        Assert.That(() => models.Merge(recipe), Throws.TypeOf<MergeException>().With.Message.Contains("base has no tensor more, but a has. "
            + "Task vectors are differences"));
    }

    [Test]
    public void BuffersThatAreWorkedOut_AreLeftOutWhereNotAllStoreThem()
    {
        const string Table = "model.layers.0.self_attn.rotary_emb.inv_freq";
        using var models = new MemoryModels()
            .Add("a", ("w", MemoryModels.Vector(1)), (Table, MemoryModels.Vector(1)))
            .Add("b", ("w", MemoryModels.Vector(1)))
            .Add("c", ("w", MemoryModels.Vector(1)));
        var plan = MergePlanner.Plan(Linear, models.Parents);
        Assert.That(plan.Tasks.Select(task => task.Name), Is.EqualTo(new[] { "w" }));
        Assert.That(plan.Warnings, Has.One.StartsWith($"{Table} is left out: b does not store it"));
    }

    [Test]
    public void AnyRank_ScalarsEmptyAndDeepTensors_AreMerged()
    {
        TensorShape[] shapes = [new(), new(0), new(3, 0, 2), new(2, 1, 2, 1, 3)];
        using var models = new MemoryModels();
        foreach (var (name, value) in new[] { ("a", 1f), ("b", 3f), ("c", 2f) })
        {
            HostTensor Filled(TensorShape shape) => HostTensor.From(Enumerable.Repeat(value, (int)shape.ElementCount).ToArray(), shape);
            models.Add(name, [.. shapes.Select((shape, index) => ($"t{index}", Filled(shape)))]);
        }

        foreach (var method in new[] { MergeMethod.Linear, MergeMethod.Ties, MergeMethod.TaskArithmetic, MergeMethod.DareLinear })
        {
            var recipe = Linear with { Method = method, BaseModel = method == MergeMethod.Linear ? null : "a" };
            var (output, _) = models.Merge(recipe);
            for (var index = 0; index < shapes.Length; index++)
            {
                Assert.That(output.TryGet($"t{index}", out var merged) && merged.Shape == shapes[index], $"{method} {shapes[index]}");
                Assert.That(MemoryModels.Values(output, $"t{index}"), Has.All.Matches<float>(float.IsFinite));
            }
        }

        Assert.That(MemoryModels.Values(models.Merge(Linear).Output, "t0"), Is.EqualTo(new[] { 2f }));
    }

    private static MergeRecipe Linear => new()
    {
        Method = MergeMethod.Linear,
        Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty), new("c", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("weight", 1.0)),
    };

    private static MemoryModels Models() => new MemoryModels()
        .Add("a", ("w", MemoryModels.Vector(1)), ("bias", MemoryModels.Vector(10)))
        .Add("b", ("w", MemoryModels.Vector(2)))
        .Add("c", ("w", MemoryModels.Vector(3)), ("bias", MemoryModels.Vector(30)), ("alone", MemoryModels.Vector(7)));
}
