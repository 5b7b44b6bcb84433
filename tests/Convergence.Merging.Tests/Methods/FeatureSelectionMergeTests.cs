using Convergence.Tensors;

namespace Convergence.Merging.Tests.Methods;

public sealed class FeatureSelectionMergeTests
{
    // Rows of two; base zero. Energies: a 1, 25, 0; b 4, 1, 0.
    private static readonly float[] A = [1, 0, 3, 4, 0, 0];
    private static readonly float[] B = [0, 2, 1, 0, 0, 0];

    [Test]
    public void Winner_TakesEachRowFromTheModelThatChangedItMost() =>
        Assert.That(Merge(("selection", ParameterValue.FromText("winner"))), Is.EqualTo(new float[] { 0, 2, 3, 4, 0, 0 }));

    [Test]
    public void Softmax_TemperatureOne_SharesByEnergy() =>
        Assert.That(
            Merge(), Is.EqualTo(new[] { 0.2f, 1.6f, (75f + 1) / 26, 100f / 26, 0, 0 }).Within(1e-6));

    [Test]
    public void Softmax_LowTemperature_ApproachesTheWinner() =>
        Assert.That(Merge(("temperature", 0.01)), Is.EqualTo(new float[] { 0, 2, 3, 4, 0, 0 }).Within(1e-6));

    [Test]
    public void Softmax_HighTemperature_ApproachesTheMean() =>
        Assert.That(Merge(("temperature", 10.0))[..4], Is.EqualTo(new[] { 0.5f, 1, 2, 2 }).Within(0.4));

    [Test]
    public void Density_BelowOne_LeavesTheWeakRowsAtTheBase() =>
        Assert.That(
            Merge(("selection", ParameterValue.FromText("winner")), ("density", 0.34)), Is.EqualTo(new float[] { 0, 0, 3, 4, 0, 0 }));

    [Test]
    public void Lambda_ScalesTheChange() =>
        Assert.That(
            Merge(("selection", ParameterValue.FromText("winner")), ("lambda", 0.5)), Is.EqualTo(new float[] { 0, 1, 1.5f, 2, 0, 0 }));

    [Test]
    public void Dfs_AndSce_AreTheSameOnlyWhereOneModelChangesAnything()
    {
        using var models = new MemoryModels().Add("base", Matrix(new float[6])).Add("a", Matrix(A)).Add("b", Matrix(B));

        // With one of two models as the base, all energy is the other's, and both methods take it as it is.
        Assert.That(MergeOf(models, MergeMethod.Dfs, "a", ["a", "b"]), Is.EqualTo(B));
        Assert.That(MergeOf(models, MergeMethod.Sce, "a", ["a", "b"]), Is.EqualTo(B));

        // Energies of the whole tensor: a 26, b 5. SCE: shares 26/31 and 5/31, of those alone that agree with the sum's sign.
        Assert.That(
            MergeOf(models, MergeMethod.Sce, "base", ["a", "b"]), Is.EqualTo(new[] { 1, 2, ((26f * 3) + 5) / 31, 4, 0, 0 }).Within(1e-6));
        Assert.That(
            MergeOf(models, MergeMethod.Dfs, "base", ["a", "b"]),
                Is.EqualTo(new[] { 0.2f, 1.6f, (75f + 1) / 26, 100f / 26, 0, 0 }).Within(1e-6));
    }

    private static float[] MergeOf(MemoryModels models, MergeMethod method, string baseModel, string[] names)
    {
        var recipe = new MergeRecipe
        {
            Method = method,
            BaseModel = baseModel,
            Models = [.. names.Select(name => new RecipeInput(name, RecipeParameters.Empty))],
        };
        return MemoryModels.Values(models.Merge(recipe).Output, MemoryModels.TensorName);
    }

    [TestCase(0.0)]
    [TestCase(10.5)]
    public void Temperature_OutsideItsRange_IsRefused(double temperature) =>
        Assert.That(() => Merge(("temperature", temperature)), Throws.TypeOf<RecipeException>().With.Message.Contains("(0, 10]"));

    private static float[] Merge(params (string, ParameterValue)[] parameters)
    {
        using var models = new MemoryModels().Add("base", Matrix(new float[6])).Add("a", Matrix(A)).Add("b", Matrix(B));
        var (output, _) = models.Merge(new MergeRecipe
        {
            Method = MergeMethod.Dfs,
            BaseModel = "base",
            Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of(parameters),
        });
        return MemoryModels.Values(output, MemoryModels.TensorName);
    }

    private static (string, HostTensor) Matrix(float[] values) => (MemoryModels.TensorName, HostTensor.From(values, new TensorShape(3, 2)));
}
