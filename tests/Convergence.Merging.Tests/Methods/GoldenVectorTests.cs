namespace Convergence.Merging.Tests.Methods;

/// <summary>Small vectors worked out by hand in double precision; the base is zero.</summary>
public sealed class GoldenVectorTests
{
    private static readonly float[] Delta1 = [0.5f, -0.1f, 0.3f, -0.4f, 0.05f, 0.2f];
    private static readonly float[] Delta2 = [-0.2f, -0.3f, 0.6f, 0.1f, 0.02f, -0.25f];
    private static readonly float[] A = [3, 0, 4];
    private static readonly float[] B = [0, 5, 0];

    [TestCase(1, 1, true, new[] { 0.5, -0.3, 0.45, -0.4, 0, -0.25 })]
    [TestCase(0.6, 0.4, true, new[] { 0.5, -0.3, 0.42, -0.4, 0, -0.25 })]
    [TestCase(0.6, 0.4, false, new[] { 0.3, -0.12, 0.42, -0.24, 0, -0.1 })]
    public void Ties_DensityOneHalf_GivesTheVector(double first, double second, bool normalize, double[] expected) =>
        AssertMerge(Delta1, Delta2, expected, 1e-7, new MergeRecipe
        {
            Method = MergeMethod.Ties,
            BaseModel = "zero",
            Models = [new("a", RecipeParameters.Of(("weight", first))), new("b", RecipeParameters.Of(("weight", second)))],
            Parameters = RecipeParameters.Of(("density", 0.5), ("normalize", normalize)),
        });

    [TestCase(1, 0, new[] { 0.5, 0, 0.3, -0.4, 0, 0 })]
    [TestCase(0, 1, new[] { 0, -0.3, 0.6, 0, 0, -0.25 })]
    public void Ties_OneModel_Trims(double first, double second, double[] expected) =>
        AssertMerge(Delta1, Delta2, expected, 1e-7, new MergeRecipe
        {
            Method = MergeMethod.Ties,
            BaseModel = "zero",
            Models = [new("a", RecipeParameters.Of(("weight", first))), new("b", RecipeParameters.Of(("weight", second)))],
            Parameters = RecipeParameters.Of(("density", 0.5)),
        });

    [Test]
    public void Slerp_Halfway_GivesTheVector() =>
        AssertMerge(Delta1, Delta2, [0.208247, -0.277663, 0.624742, -0.208247, 0.048591, -0.0347079], 1e-6, Slerp(0.5, "a"));

    [TestCase(0.5, new[] { 2.12132, 3.53553, 2.82843 })]
    [TestCase(0.25, new[] { 2.77164, 1.91342, 3.69552 })]
    public void Slerp_OfEqualNorms_KeepsTheNorm(double t, double[] expected)
    {
        var actual = AssertMerge(A, B, expected, 1e-5, Slerp(t, "a"));
        Assert.That(Math.Sqrt(actual.Sum(value => (double)value * value)), Is.EqualTo(5).Within(1e-6));
    }

    [Test]
    public void Slerp_FromTheOtherEnd_IsTheMirrorImage() =>
        AssertMerge(A, B, [2.77164, 1.91342, 3.69552], 1e-5, Slerp(0.75, "b"));

    [Test]
    public void ModelStock_OfTwo_GivesTheVector() =>
        AssertMerge(Delta1, Delta2, [0.0108869, -0.0145159, 0.0326608, -0.0108869, 0.00254028, -0.00181449], 1e-7, new MergeRecipe
        {
            Method = MergeMethod.ModelStock,
            BaseModel = "zero",
            Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
        });

    [Test]
    public void Karcher_OfThree_GivesTheVector() =>
        AssertMerge(A, B, [1.88727, 2.60691, 2.22164], 1e-5, OfThree(MergeMethod.Karcher));

    [Test]
    public void MultiSlerp_OfThree_GivesTheVector() =>
        AssertMerge(A, B, [2.31031, 2.31031, 2.86639], 1e-5, OfThree(MergeMethod.MultiSlerp, 0.5, 0.3, 0.2));

    // t clips the differences from the base, which is zero here.
    [TestCase(0.25, new[] { 0.25, -0.1, 0.25, -0.25, 0.05, 0.2 })]
    [TestCase(0, new[] { 0.0, 0, 0, 0, 0, 0 })]
    [TestCase(-1, new[] { 0.0, 0, 0, 0, 0, 0 })]
    [TestCase(5e-7, new[] { 5e-7, -5e-7, 5e-7, -5e-7, 5e-7, 5e-7 })]
    public void NearSwap_OfAModel_ClipsItsChange(double t, double[] expected) =>
        AssertMerge(Delta1, Delta2, expected, 1e-9, new MergeRecipe
        {
            Method = MergeMethod.NearSwap,
            BaseModel = "zero",
            Models = [new("a", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of(("t", t)),
        });

    private static MergeRecipe OfThree(MergeMethod method, params double[] weights) => new()
    {
        Method = method,
        Models =
        [
            .. new[] { "a", "b", "ones" }.Select((name, index) => new RecipeInput(
                name, weights.Length == 0 ? RecipeParameters.Empty : RecipeParameters.Of(("weight", weights[index])))),
        ],
    };

    private static MergeRecipe Slerp(double t, string from) => new()
    {
        Method = MergeMethod.Slerp,
        BaseModel = from,
        Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("t", t)),
    };

    private static float[] AssertMerge(float[] a, float[] b, double[] expected, double tolerance, MergeRecipe recipe)
    {
        using var models = new MemoryModels()
            .Add("zero", new float[a.Length])
            .Add("a", a)
            .Add("b", b)
            .Add("ones", [.. Enumerable.Repeat(1f, a.Length)]);
        var actual = models.MergeVector(recipe);
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.That(actual[index], Is.EqualTo(expected[index]).Within(tolerance + (1e-7 * Math.Abs(expected[index]))), $"[{index}]");
        }

        return actual;
    }
}
