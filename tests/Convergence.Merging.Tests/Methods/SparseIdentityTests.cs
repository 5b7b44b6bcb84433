using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Methods;

/// <summary>What must hold for any models when methods keep some elements of task vectors: properties over random vectors.</summary>
public sealed class SparseIdentityTests
{
    // Numbers of a thousandth's steps never weigh each other up with these, so that a rounding error decides no vote.
    private static readonly double[] Weights = [0.30103, 0.52227, 0.71417];

    // Three models and their base.
    private static readonly Arbitrary<float[][]> Models = Gen.Choose(1, 200)
        .SelectMany(length => Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(-4000, 4000).Select(value => value / 1024f), length), 4))
        .ToArbitrary();

    [TestCase("breadcrumbs")]
    [TestCase("breadcrumbs_ties")]
    [TestCase("della")]
    [TestCase("della_linear")]
    [TestCase("dare_linear")]
    [TestCase("sce")]
    [TestCase("ram")]
    [TestCase("ramplus_tl")]
    public void Merge_ModelsInAnotherOrder_GivesTheSameBits(string method) =>
        Check(vectors =>
        {
            var recipe = Recipe(method);
            return Merge(vectors, recipe).SequenceEqual(
                Merge(vectors, recipe with { Models = [recipe.Models[2], recipe.Models[0], recipe.Models[1]] }));
        });

    [TestCase("breadcrumbs")]
    [TestCase("breadcrumbs_ties")]
    [TestCase("della")]
    [TestCase("della_linear")]
    public void Merge_LambdaZero_IsTheBase(string method) =>
        Check(vectors => Merge(vectors, Recipe(method, ("lambda", 0.0))).SequenceEqual(vectors[3]));

    [TestCase("sce")]
    [TestCase("ties")]
    public void Merge_OfOneModelThrice_IsThatModel(string method) =>
        Check(vectors => Near(
            Merge([vectors[0], vectors[0], vectors[0], vectors[3]], Recipe(method, ("density", 1.0), ("select_topk", 1.0))), vectors[0]));

    [Test]
    public void BreadcrumbsTies_WithoutOutliers_IsTiesThatSums() =>
        Check(vectors => Merge(vectors, Recipe("breadcrumbs_ties", ("gamma", 0.0)))
            .SequenceEqual(Merge(vectors, Recipe("ties", ("normalize", false)))));

    [TestCase("della_linear", "task_arithmetic")]
    [TestCase("dare_linear", "task_arithmetic")]
    [TestCase("breadcrumbs", "task_arithmetic")]
    [TestCase("della", "ties")]
    public void Merge_DensityOne_DropsNothing(string method, string whole) =>
        Check(vectors => new[] { "none", "l1" }.All(rescale => Near(
            Merge(vectors, Recipe(method, ("density", 1.0), ("rescale", ParameterValue.FromText(rescale)))),
            Merge(vectors, Recipe(whole, ("density", 1.0))))));

    [Test]
    public void Rescale_True_IsTheDialectsRule() =>
        Check(vectors => new[] { ("density", RecipeDialect.EvoMerge), ("l1", RecipeDialect.MergeKit) }.All(rule =>
            new[] { "dare_ties", "della" }.All(method =>
            {
                var named = Recipe(method, ("rescale", ParameterValue.FromText(rule.Item1)));
                var flagged = Recipe(method, ("rescale", true)) with { Dialect = rule.Item2 };
                var silent = Recipe(method) with { Dialect = rule.Item2 };
                return Merge(vectors, named).SequenceEqual(Merge(vectors, flagged))
                    && Merge(vectors, named).SequenceEqual(Merge(vectors, silent));
            })));

    private static MergeRecipe Recipe(string method, params (string Name, ParameterValue Value)[] changes)
    {
        var definition = MergeMethodDefinition.Of(MergeMethodNames.Parse(method)!.Value);
        var parameters = RecipeParameters.Empty;
        foreach (var (name, value) in new (string, ParameterValue)[] { ("density", 0.6), ("gamma", 0.1), ("select_topk", 0.5) }
            .Concat(changes))
        {
            parameters = definition.Parameters.Any(parameter => parameter.Name == name) ? parameters.With(name, value) : parameters;
        }

        var hasWeight = definition.Parameters.Any(parameter => parameter.Name == "weight");
        return new MergeRecipe
        {
            Method = definition.Method,
            BaseModel = "m3",
            Seed = 5,
            Parameters = parameters,
            Models = [.. Enumerable.Range(0, 3).Select(model =>
                new RecipeInput($"m{model}", hasWeight ? RecipeParameters.Of(("weight", Weights[model])) : RecipeParameters.Empty))],
        };
    }

    private static bool Near(float[] actual, float[] expected) =>
        actual.Zip(expected, (left, right) => Math.Abs(left - right) <= 2e-6 * (1 + Math.Abs(right))).All(same => same);

    private static float[] Merge(float[][] vectors, MergeRecipe recipe)
    {
        using var models = new MemoryModels();
        foreach (var (index, vector) in vectors.Index())
        {
            models.Add($"m{index}", vector);
        }

        return models.MergeVector(recipe, threads: 1);
    }

    private static void Check(Func<float[][], bool> property) =>
        Prop.ForAll(Models, property).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
}
