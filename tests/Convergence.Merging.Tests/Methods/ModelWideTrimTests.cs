namespace Convergence.Merging.Tests.Methods;

public sealed class ModelWideTrimTests
{
    [TestCase(0.25)]
    [TestCase(0.5)]
    [TestCase(0.6)]
    public void Ties_GlobalScope_KeepsTheLargestOfTheWholeModel(double density)
    {
        float[] first = [0.5f, -0.1f, 0.3f, 0.3f];
        float[] second = [2, -0.3f, 0.3f, 1, 0.05f, -0.3f];
        var merged = Merge(first, second, ("density", density), ("trim_scope", ParameterValue.FromText("global")));

        // Equals are kept in the order of tensors, then of elements.
        var all = first.Select((value, index) => (value, order: index)).Concat(second.Select((value, index) => (value, order: 10 + index)));
        var kept = all.OrderByDescending(pair => Math.Abs(pair.value)).ThenBy(pair => pair.order).Take((int)(density * 10)).ToHashSet();
        Assert.That(merged, Is.EqualTo(all.Select(pair => kept.Contains(pair) ? pair.value : 0)));
    }

    [Test]
    public void Ties_ScopeOfATensor_KeepsItsShareOfEach() =>
        Assert.That(
            Merge([0.5f, -0.1f, 0.3f, 0.3f], [2, -0.3f], ("density", 0.5)), Is.EqualTo(new[] { 0.5f, 0, 0.3f, 0, 2, 0 }));

    [Test]
    public void Ties_MajorityOfMinus_GivesDrawsToMinus()
    {
        using var models = new MemoryModels().Add("base", new float[4]).Add("a", 1, -2, -3, -1).Add("b", -1, -2, -3, -1);
        Assert.Multiple(() =>
        {
            Assert.That(models.MergeVector(Recipe("positive")), Is.EqualTo(new[] { 1f, -2, -3, -1 }));
            Assert.That(models.MergeVector(Recipe("majority")), Is.EqualTo(new[] { -1f, -2, -3, -1 }));
        });

        static MergeRecipe Recipe(string rule) => new()
        {
            Method = MergeMethod.Ties,
            BaseModel = "base",
            Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of(("weight", 1.0), ("zero_sign", ParameterValue.FromText(rule))),
        };
    }

    private static float[] Merge(float[] first, float[] second, params (string, ParameterValue)[] parameters)
    {
        using var models = new MemoryModels()
            .Add("base", ("a", MemoryModels.Vector(new float[first.Length])), ("b", MemoryModels.Vector(new float[second.Length])))
            .Add("tuned", ("a", MemoryModels.Vector(first)), ("b", MemoryModels.Vector(second)));
        var (output, _) = models.Merge(new MergeRecipe
        {
            Method = MergeMethod.Ties,
            BaseModel = "base",
            Models = [new("tuned", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of([("weight", 1.0), .. parameters]),
        });
        return [.. MemoryModels.Values(output, "a"), .. MemoryModels.Values(output, "b")];
    }
}
