using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Methods;

/// <summary>What must hold for any models: properties over random vectors.</summary>
public sealed class MergeIdentityTests
{
    private static readonly Arbitrary<float[][]> Models = Gen.Choose(1, 90)
        .SelectMany(length => Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(-4000, 4000).Select(value => value / 1024f), length), 4))
        .ToArbitrary();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Linear_OneHot_IsThatModel(int chosen) =>
        Check(vectors => Merge(vectors, Weighted(MergeMethod.Linear, index => index == chosen ? 2 : 0)).SequenceEqual(vectors[chosen]));

    [TestCase(0.0, 0)]
    [TestCase(1.0, 1)]
    public void Slerp_AtAnEnd_IsThatModel(double t, int chosen) =>
        Check(vectors => Merge(vectors, new MergeRecipe
        {
            Method = MergeMethod.Slerp,
            BaseModel = "m0",
            Models = [Input(0), Input(1)],
            Parameters = RecipeParameters.Of(("t", t)),
        }).SequenceEqual(vectors[chosen]));

    [Test]
    public void TaskArithmetic_LambdaZero_IsTheBase() =>
        Check(vectors =>
            Merge(vectors, Weighted(MergeMethod.TaskArithmetic, _ => 1) with { Parameters = RecipeParameters.Of(("lambda", 0.0)) })
                .SequenceEqual(vectors[3]));

    [TestCase(MergeMethod.TaskArithmetic)]
    [TestCase(MergeMethod.Ties)]
    [TestCase(MergeMethod.DareLinear)]
    [TestCase(MergeMethod.DareTies)]
    [TestCase(MergeMethod.Linear)]
    [TestCase(MergeMethod.Dfs)]
    [TestCase(MergeMethod.MultiSlerp)]
    public void Merge_ModelsInAnotherOrder_GivesTheSameBits(MergeMethod method) =>
        Check(vectors =>
        {
            var recipe = Weighted(method, index => 0.3 + (0.2 * index));
            var density = method is MergeMethod.Linear or MergeMethod.TaskArithmetic or MergeMethod.MultiSlerp
                ? recipe
                : recipe with { Parameters = RecipeParameters.Of(("density", 0.6)) };
            var permuted = density with { Models = [density.Models[2], density.Models[0], density.Models[1]] };
            return Merge(vectors, density).SequenceEqual(Merge(vectors, permuted));
        });

    [TestCase(MergeMethod.Linear)]
    [TestCase(MergeMethod.Slerp)]
    [TestCase(MergeMethod.Ties)]
    [TestCase(MergeMethod.Dfs)]
    [TestCase(MergeMethod.MultiSlerp)]
    public void Merge_OfOneModelThrice_IsThatModel(MergeMethod method) =>
        Check(vectors => Merge([vectors[0], vectors[0], vectors[0], vectors[3]], Weighted(method, _ => 0.7))
            .Zip(vectors[0], (left, right) => Math.Abs(left - right) <= 1e-6 * (1 + Math.Abs(right))).All(same => same));

    [Test]
    public void Slerp_OfThree_EqualsFoldingByHand() =>
        Check(vectors =>
        {
            var weights = new[] { 0.2, 0.5, 0.3 };
            var folded = Merge(vectors, Weighted(MergeMethod.Slerp, index => weights[index]));
            var first = SlerpReference(vectors[0].Select(value => (double)value).ToArray(), vectors[1], 0.5 / 0.7);
            var byHand = SlerpReference(first, vectors[2], 0.3);
            return folded.Zip(byHand, (left, right) => Math.Abs(left - right) <= 2e-6 * (1 + Math.Abs(right))).All(same => same);
        });

    [Test]
    public void Dare_OverManySeeds_HasTheTaskVectorAsItsMean()
    {
        const int Seeds = 2000;
        const double Density = 0.3;
        float[] delta = [1, -2, 0.5f, 4];
        var sums = new double[delta.Length];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var merged = Merge([delta, delta, delta, new float[4]], new MergeRecipe
            {
                Method = MergeMethod.DareLinear,
                BaseModel = "m3",
                Seed = seed,
                Models = [Input(0)],
                Parameters = RecipeParameters.Of(("weight", 1.0), ("density", Density)),
            });
            for (var index = 0; index < sums.Length; index++)
            {
                sums[index] += merged[index];
            }
        }

        for (var index = 0; index < sums.Length; index++)
        {
            var deviation = Math.Abs(delta[index]) * Math.Sqrt((1 - Density) / Density / Seeds);
            Assert.That(sums[index] / Seeds, Is.EqualTo(delta[index]).Within(4 * deviation));
        }
    }

    private static double[] SlerpReference(double[] from, float[] to, double t)
    {
        var cosine = from.Zip(to, (left, right) => left * right).Sum()
            / (Norm(from) * Norm([.. to.Select(value => (double)value)]));
        if (Math.Abs(cosine) > SlerpMerge.ParallelCosine)
        {
            return [.. from.Zip(to, (left, right) => ((1 - t) * left) + (t * right))];
        }

        var theta = Math.Acos(cosine);
        return [.. from.Zip(to, (left, right) => ((Math.Sin((1 - t) * theta) * left) + (Math.Sin(t * theta) * right)) / Math.Sin(theta))];
    }

    private static double Norm(double[] values)
    {
        var norm = Math.Sqrt(values.Sum(value => value * value));
        return norm > 1e-8 ? norm : 1;
    }

    private static MergeRecipe Weighted(MergeMethod method, Func<int, double> weight) => new()
    {
        Method = method,
        BaseModel = "m3",
        Seed = 11,
        Models = [.. Enumerable.Range(0, 3).Select(index => Input(index, weight(index)))],
    };

    private static RecipeInput Input(int index, double? weight = null) =>
        new($"m{index}", weight is { } given ? RecipeParameters.Of(("weight", given)) : RecipeParameters.Empty);

    private static float[] Merge(float[][] vectors, MergeRecipe recipe)
    {
        using var models = new MemoryModels();
        for (var index = 0; index < vectors.Length; index++)
        {
            models.Add($"m{index}", vectors[index]);
        }

        return models.MergeVector(recipe, threads: 1);
    }

    private static void Check(Func<float[][], bool> property) =>
        Prop.ForAll(Models, property).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
}
