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

    // The probabilities of the six elements by their ranks.
    [Test]
    public void Della_OverSeeds_KeepsByRankAndHasTheTaskVectorAsItsMean()
    {
        const int Seeds = 4000;
        double[] probabilities = [0.7, 0.38, 0.54, 0.62, 0.3, 0.46];
        var (kept, sums) = (new int[6], new double[6]);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var merged = Merge([Delta1], MergeMethod.DellaLinear, seed, ("weight", 1.0), ("density", 0.5), ("epsilon", 0.2));
            for (var index = 0; index < merged.Length; index++)
            {
                kept[index] += merged[index] != 0 ? 1 : 0;
                sums[index] += merged[index];
                Assert.That(merged[index], Is.EqualTo(merged[index] == 0 ? 0 : Delta1[index] / probabilities[index]).Within(1e-6));
            }
        }

        for (var index = 0; index < kept.Length; index++)
        {
            var error = Math.Sqrt(probabilities[index] * (1 - probabilities[index]) / Seeds);
            Assert.That(kept[index] / (double)Seeds, Is.EqualTo(probabilities[index]).Within(4 * error), $"[{index}]");
            Assert.That(
                sums[index] / Seeds,
                Is.EqualTo(Delta1[index]).Within(4 * error * Math.Abs(Delta1[index]) / probabilities[index]),
                $"[{index}]");
        }
    }

    [TestCase(MergeMethod.DellaLinear)]
    [TestCase(MergeMethod.DareLinear)]
    public void Rescale_L1_KeepsTheNorm(MergeMethod method)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var merged = Merge([Delta1], method, seed, ("weight", 1.0), ("density", 0.5), ("rescale", ParameterValue.FromText("l1")));
            var norm = merged.Sum(Math.Abs);
            Assert.That(norm, Is.EqualTo(Delta1.Sum(Math.Abs)).Within(1e-6).Or.EqualTo(0));
        }
    }

    [TestCase(MergeMethod.Della, 1.0)]
    [TestCase(MergeMethod.DellaLinear, 0.999999)]
    public void Della_DensityOne_KeepsEverything(MergeMethod method, double weight)
    {
        var merged = Merge([Delta1], method, 3, ("weight", weight), ("density", 1.0), ("epsilon", 0.15));
        Assert.That(merged, Is.EqualTo(Delta1).Within(1e-6));
    }

    [TestCase(0.5, 0.5)]
    [TestCase(0.1, 0.15)]
    [TestCase(0.15, 0.15)]
    [TestCase(0.9, 0.15)]
    public void Della_ProbabilitiesOutsideTheirRange_AreRefused(double density, double epsilon) =>
        Assert.That(
            () => Merge([Delta1], MergeMethod.Della, 0, ("weight", 1.0), ("density", density), ("epsilon", epsilon)),
            Throws.TypeOf<RecipeException>().With.Message.Contains("must lie inside (0, 1)").And.Message.Contains("m0"));

    [Test]
    public void Ties_Rescaled_KeepsTheL1Norm() =>
        AssertMerge(
            [Delta1], [0.5 * 1.55 / 1.2, 0, 0.3 * 1.55 / 1.2, -0.4 * 1.55 / 1.2, 0, 0],
            MergeMethod.Ties, ("weight", 1.0), ("density", 0.5), ("rescale", true));

    private static void AssertMerge(float[][] models, double[] expected, MergeMethod method, params (string, ParameterValue)[] parameters)
    {
        var actual = Merge(models, method, seed: 0, parameters);
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.That(actual[index], Is.EqualTo(expected[index]).Within(1e-6), $"[{index}]");
        }
    }

    private static float[] Merge(float[][] models, MergeMethod method, ulong seed, params (string, ParameterValue)[] parameters)
    {
        using var memory = new MemoryModels().Add("zero", new float[models[0].Length]);
        foreach (var (index, values) in models.Index())
        {
            memory.Add($"m{index}", values);
        }

        return memory.MergeVector(
            new MergeRecipe
            {
                Method = method,
                BaseModel = "zero",
                Seed = seed,
                Models = [.. models.Select((_, index) => new RecipeInput($"m{index}", RecipeParameters.Empty))],
                Parameters = RecipeParameters.Of(parameters),
            },
            threads: 1);
    }
}
