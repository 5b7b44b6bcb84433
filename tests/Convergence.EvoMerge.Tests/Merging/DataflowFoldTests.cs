using Convergence.LanguageModels;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Merging;

/// <summary>A folded data flow is an ordinary checkpoint with the logits of a model that scales its residual stream.</summary>
public sealed class DataflowFoldTests
{
    private static readonly int[] Tokens = [3, 17, 42, 8, 95, 1, 60];

    // The norms' epsilon acts as epsilon / c^2 in the folded model; a small one makes the agreement one of arithmetic.
    private static readonly TinyModelOptions Options = new() { LayerCount = 3, RmsNormEpsilon = 1e-9, Deviation = 0.2 };

    [TestCase(new[] { 1.0, 1, 1, 1, 1 }, 1e-5)]
    [TestCase(new[] { 1.0, 0.5, 2, 0.25, 4 }, 1e-5)]
    [TestCase(new[] { 0.7, 1.3, 0.9, 1.8, 0.6 }, 2e-5)]
    public void Merge_PathWithScales_HasTheLogitsOfAScaledStream(double[] scales, double tolerance)
    {
        using var a = TinyModels.Weights(Options, 1);
        using var b = TinyModels.Weights(Options, 2);
        (TensorSet Model, string Name, int Layer)[] path = [(a, "a", 0), (a, "a", 1), (b, "b", 1), (b, "b", 1), (a, "a", 2)];
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Dataflow,
            Slices =
            [
                .. path.Zip(scales, (step, scale) => new RecipeSlice(
                    [new RecipeSource(step.Name, step.Layer, step.Layer + 1, RecipeParameters.Of(("scale", scale)))],
                    RecipeParameters.Empty)),
            ],
        };
        var expected = new ScaledStreamReference(Options).Logits(
            a, path.Zip(scales, (step, scale) => ((ITensorSource)step.Model, step.Layer, scale)), Tokens);
        Assert.That(LargestError(FoldedLogits(recipe, a, b), expected), Is.LessThan(tolerance));

        // Without the scales the answer is another, so that the comparison can fail.
        var unscaled = recipe with
        {
            Slices =
        [
            .. recipe.Slices.Select(slice => slice with { Sources = [slice.Sources[0] with { Parameters = RecipeParameters.Empty }] }),
        ]
        };
        Assert.That(
            LargestError(FoldedLogits(unscaled, a, b), expected),
            scales.All(scale => scale == 1) ? Is.LessThan(tolerance) : Is.GreaterThan(0.01));
    }

    [Test]
    public void Recipe_FromIndicators_FollowsThePath()
    {
        using var a = TinyModels.Weights(Options, 1);
        using var b = TinyModels.Weights(Options, 2);

        // Two rounds over six layers: a0 a1 a2, then in the second round a1 again and b2.
        double[] indicators = [0.3, 1, 0.1, -1, 0, -0.2, /**/ -1, 2, -3, 0, -1, 0.5];
        var scales = new double[6, 6];
        for (var from = 0; from < 6; from++)
        {
            for (var to = 0; to < 6; to++)
            {
                scales[from, to] = 1 + (0.1 * from) - (0.05 * to);
            }
        }

        var recipe = DataflowPath.Recipe([("a", 3), ("b", 3)], indicators, scales);
        var expected = new ScaledStreamReference(Options).Logits(
            a, [(a, 0, 1), (a, 1, scales[0, 1]), (a, 2, scales[1, 2]), (a, 1, scales[2, 1]), (b, 2, scales[1, 5])], Tokens);
        Assert.That(LargestError(FoldedLogits(recipe, a, b), expected), Is.LessThan(2e-5));
    }

    private static float[] FoldedLogits(MergeRecipe recipe, TensorSet a, TensorSet b)
    {
        using var parents = new ParentModels(".");
        parents.Add("a", TinyModels.Config(Options), a);
        parents.Add("b", TinyModels.Config(Options), b);
        var plan = MergePlanner.Plan(recipe, parents);
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        new MergeExecutor(device).Execute(plan, output);
        using var model = LanguageModel.Load(device, plan.Config, output, "folded");
        return model.Logits(Tokens);
    }

    private static double LargestError(float[] actual, double[][] expected) =>
        actual.Zip(expected.SelectMany(row => row), (left, right) => Math.Abs(left - right)).Max() / expected.Max(row => row.Max(Math.Abs));
}
