namespace Convergence.Merging.Tests.Methods;

/// <summary>Small vectors of the methods that keep some elements of task vectors, worked out by hand; the base is zero.</summary>
public sealed class SparseVectorTests
{
    private static readonly float[] Delta1 = [0.5f, -0.1f, 0.3f, -0.4f, 0.05f, 0.2f];
    private static readonly float[] Delta2 = [-0.2f, -0.3f, 0.6f, 0.1f, 0.02f, -0.25f];

    [TestCase(0.5, 0.2, new[] { 0, 0, 0.3, -0.4, 0, 0.2 })]
    [TestCase(0.5, 0.0, new[] { 0.5, 0, 0.3, -0.4, 0, 0 }, Description = "no outliers: the largest stay")]
    [TestCase(0.5, 0.1, new[] { 0.5, 0, 0.3, -0.4, 0, 0 }, Description = "a tenth of six is none")]
    [TestCase(0.9, 0.9, new[] { 0, -0.1, 0.3, -0.4, 0.05, 0.2 }, Description = "the density wins")]
    [TestCase(0.01, 0.5, new[] { 0, 0, 0, 0, 0, 0.2 }, Description = "at least one element")]
    [TestCase(0, 0.5, new[] { 0.0, 0, 0, 0, 0, 0 })]
    [TestCase(1, 0.5, new[] { 0.5, -0.1, 0.3, -0.4, 0.05, 0.2 })]
    public void Breadcrumbs_OneModel_KeepsTheMiddle(double density, double gamma, double[] expected) =>
        AssertMerge([Delta1], expected, MergeMethod.Breadcrumbs, ("weight", 1.0), ("density", density), ("gamma", gamma));

    [Test]
    public void Breadcrumbs_Rescaled_KeepsTheL1Norm() =>
        AssertMerge(
            [Delta1], [0, 0, 0.3 * 1.55 / 0.9, -0.4 * 1.55 / 0.9, 0, 0.2 * 1.55 / 0.9],
            MergeMethod.Breadcrumbs, ("weight", 1.0), ("density", 0.5), ("gamma", 0.2), ("rescale", true));

    [Test]
    public void BreadcrumbsTies_TwoModels_ElectsSigns() =>
        AssertMerge(
            [Delta1, Delta2], [-0.1, -0.15, 0.15, -0.2, 0, -0.125],
            MergeMethod.BreadcrumbsTies, ("weight", 0.5), ("density", 0.5), ("gamma", 0.2));

    [TestCase(1.0, new[] { 0.5, -0.200932, 0.451399, -0.4, 0.0348601, -0.25 })]
    [TestCase(0.5, new[] { 0.5, 0, 0, -0.4, 0, -0.25 })]
    [TestCase(0.01, new[] { 0.5, 0, 0, 0, 0, 0 }, Description = "at least one place")]
    [TestCase(0.0, new[] { 0.0, 0, 0, 0, 0, 0 })]
    public void Sce_TwoModels_GivesTheVector(double share, double[] expected) =>
        AssertMerge([Delta1, Delta2], expected, MergeMethod.Sce, ("select_topk", share));

    [TestCase(1.0, new[] { 0.5, -0.1, 0.3, -0.4, 0.05, 0.2 })]
    [TestCase(0.5, new[] { 0.0, 0, 0, 0, 0, 0 }, Description = "models that nowhere differ have no salient place")]
    public void Sce_OfEqualModels_SelectsByDifference(double share, double[] expected) =>
        AssertMerge([Delta1, Delta1], expected, MergeMethod.Sce, ("select_topk", share));

    [Test]
    public void Ram_SharedAndAlone_AveragesOrTakesOver() =>
        AssertMerge([[0.5f, 0, 0.3f, 0], [0.1f, -0.3f, 0, 0]], [0.3, -0.3, 0.3, 0], MergeMethod.Ram);

    // Model 1 shares one place and has one alone (ratio 1), model 2 shares one and has three alone (ratio 1/3).
    [TestCase(0.2, 0.3 * 1.02, -0.3 * 1.02)]
    [TestCase(0.5, 0.3 * 1.05, -0.3 * (1 + (0.1 / 3)))]
    public void RamPlus_Alone_IsScaledByTheOverlap(double alpha, double first, double second) =>
        AssertMerge(
            [[0.5f, 0, 0.3f, 0, 0, 0], [0.1f, -0.3f, 0, -0.3f, -0.3f, 1e-6f]], [0.3, second, first, second, second, 0],
            MergeMethod.RamPlus, ("alpha", alpha));

    private static void AssertMerge(float[][] models, double[] expected, MergeMethod method, params (string, ParameterValue)[] parameters)
    {
        using var memory = new MemoryModels().Add("zero", new float[expected.Length]);
        foreach (var (values, index) in models.Select((values, index) => (values, index)))
        {
            memory.Add($"m{index}", values);
        }

        var actual = memory.MergeVector(new MergeRecipe
        {
            Method = method,
            BaseModel = "zero",
            Models = [.. models.Select((_, index) => new RecipeInput($"m{index}", RecipeParameters.Empty))],
            Parameters = RecipeParameters.Of(parameters),
        });
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.That(actual[index], Is.EqualTo(expected[index]).Within(1e-6), $"[{index}]");
        }
    }
}
