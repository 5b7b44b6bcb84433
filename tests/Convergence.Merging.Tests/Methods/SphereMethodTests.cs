using Convergence.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Methods;

/// <summary>nuslerp, multislerp, karcher, model_stock and nearswap: what holds for any models, and where directions fail.</summary>
public sealed class SphereMethodTests
{
    private static readonly Arbitrary<float[][]> Vectors = Gen.Choose(1, 90)
        .SelectMany(length => Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(-4000, 4000).Select(value => value / 1024f), length), 4))
        .ToArbitrary();

    [TestCase(0.0, 0)]
    [TestCase(1.0, 1)]
    public void NuSlerp_AtAnEnd_IsThatModel(double t, int chosen) =>
        Check(vectors => Merge(vectors, NuSlerp(1 - t, t)).SequenceEqual(vectors[chosen]));

    [TestCase(0.3)]
    [TestCase(0.5)]
    public void NuSlerp_OfTwoModels_TurnsByTheShare(double t) =>
        Check(vectors => AreClose(Merge(vectors, NuSlerp(1 - t, t)), SphereReference.NuSlerp(Wide(vectors[0]), Wide(vectors[1]), t)));

    [Test]
    public void NuSlerp_WithABase_TurnsTaskVectors() =>
        Check(vectors =>
        {
            var origin = Wide(vectors[3]);
            var merged = SphereReference.NuSlerp(Minus(Wide(vectors[0]), origin), Minus(Wide(vectors[1]), origin), 0.3);
            return AreClose(
                Merge(vectors, NuSlerp(0.7, 0.3) with { BaseModel = "m3" }), [.. merged.Zip(origin, (delta, start) => start + delta)]);
        });

    [TestCase(false)]
    [TestCase(true)]
    public void NuSlerp_NotFlattened_TurnsEveryRowOrColumn(bool alongFirst)
    {
        const int Rows = 7;
        const int Columns = 5;
        var first = Matrix(Rows, Columns, 1);
        var second = Matrix(Rows, Columns, 2);
        using var models = new MemoryModels().Add("m0", (MemoryModels.TensorName, first)).Add("m1", (MemoryModels.TensorName, second));
        var actual = models.MergeVector(NuSlerp(0.4, 0.6) with
        {
            Parameters = RecipeParameters.Of(("nuslerp_flatten", false), ("nuslerp_row_wise", alongFirst)),
        });
        for (var vector = 0; vector < (alongFirst ? Columns : Rows); vector++)
        {
            var places = Enumerable.Range(0, Rows * Columns)
                .Where(place => vector == (alongFirst ? place % Columns : place / Columns))
                .ToArray();
            double[] Part(HostTensor tensor) => [.. places.Select(place => (double)tensor.AsSpan<float>()[place])];
            Assert.That(
                AreClose([.. places.Select(place => actual[place])], SphereReference.NuSlerp(Part(first), Part(second), 0.6)),
                $"vector {vector}");
        }
    }

    [TestCase(1, -1, new[] { 1f, 2, 3 }, new[] { 2f, 3, 4 }, new[] { 1.5, 2.5, 3.5 }, Description = "weights that cancel")]
    [TestCase(0.5, 0.5, new[] { 1f, 2, 3 }, new[] { -1f, -2, -3.0000002f }, new[] { 0.0, 0, 0 }, Description = "opposed but for rounding")]
    [TestCase(0.75, 0.25, new[] { 1f, 2, 3 }, new[] { -2f, -4, -6 }, new[] { 0.25, 0.5, 0.75 }, Description = "opposed")]
    [TestCase(0.5, 0.5, new[] { 0f, 0, 0 }, new[] { 0f, 0, 0 }, new[] { 0.0, 0, 0 }, Description = "nothing at all")]
    public void NuSlerp_WithoutAPlane_StaysFinite(double first, double second, float[] a, float[] b, double[] expected) =>
        Assert.That(Merge([a, b], NuSlerp(first, second)), Is.EqualTo(expected).Within(0.02));

    [Test]
    public void NuSlerp_OfThree_IsRefused() =>
        Assert.That(
            () => Merge([[1], [2], [3]], NuSlerp(1, 1) with { Models = [Input(0, 1), Input(1, 1), Input(2, 1)] }),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("multislerp or karcher"));

    [Test]
    public void MultiSlerp_OneHot_IsThatModel() =>
        Check(vectors => AreClose(Merge(vectors, Of(MergeMethod.MultiSlerp, 0, 2, 0)), Wide(vectors[1])));

    [Test]
    public void MultiSlerp_OfZeros_IsZero() =>
        Assert.That(Merge([[0, 0], [0, 0], [0, 0]], Of(MergeMethod.MultiSlerp, 1, 1, 1)), Is.All.Zero);

    [Test]
    public void MultiSlerp_OfDirectionsThatCancel_IsTheMean() =>
        Assert.That(Merge([[3, 0], [-5, 0]], Of(MergeMethod.MultiSlerp, 1, 1)), Is.EqualTo(new[] { -1.0, 0 }).Within(1e-6));

    [Test]
    public void MultiSlerp_UnequalWeights_LengthIsTheWeightedMean() =>
        Check(vectors =>
        {
            // No choice of signs makes these cancel.
            var weights = new[] { 0.6, 0.3, 0.2 };
            var length = SphereReference.Norm(Wide(Merge(vectors, Of(MergeMethod.MultiSlerp, weights))));
            var wanted = weights.Select((weight, model) => weight / 1.1 * SphereReference.Norm(Wide(vectors[model]))).Sum();
            return Math.Abs(length - wanted) <= 1e-5 * (1 + wanted);
        });

    [Test]
    public void Karcher_OfThree_EqualsTheIterationOnVectors() =>
        Check(vectors => AreClose(Merge(vectors, Of(MergeMethod.Karcher)), SphereReference.Karcher([.. vectors[..3].Select(Wide)]), 1e-4));

    [Test]
    public void Karcher_ModelsInAnotherOrder_GivesTheSameBits() =>
        Check(vectors => Merge(vectors, Of(MergeMethod.Karcher))
            .SequenceEqual(Merge(vectors, Of(MergeMethod.Karcher) with { Models = [Input(2), Input(0), Input(1)] })));

    [Test]
    public void Karcher_OfOneModelThrice_IsThatModel() =>
        Check(vectors => AreClose(Merge([vectors[0], vectors[0], vectors[0]], Of(MergeMethod.Karcher)), Wide(vectors[0])));

    [Test]
    public void Karcher_OfOpposedModels_IsFinite()
    {
        var merged = Merge([[1, 2, 2], [-1, -2, -2]], Of(MergeMethod.Karcher) with { Models = [Input(0), Input(1)] });
        Assert.That(merged, Is.EqualTo(new[] { 1.0, 2, 2 }).Within(1e-6));
    }

    [Test]
    public void Karcher_OfZeros_IsZero() => Assert.That(Merge([[0, 0], [0, 0], [0, 0]], Of(MergeMethod.Karcher)), Is.All.Zero);

    [Test]
    public void Karcher_FractionOfAnIteration_IsRefused() =>
        Assert.That(
            () => Merge([[1], [2], [3]], Of(MergeMethod.Karcher) with { Parameters = RecipeParameters.Of(("max_iter", 2.5)) }),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("whole number"));

    [Test]
    public void ModelStock_OfOneModelThrice_IsThatModel() =>
        Check(vectors => AreClose(Merge([vectors[0], vectors[0], vectors[0], vectors[3]], Stock()), Wide(vectors[0])));

    [Test]
    public void ModelStock_ModelsInAnotherOrder_GivesTheSameBits() =>
        Check(vectors => Merge(vectors, Stock()).SequenceEqual(Merge(vectors, Stock() with { Models = [Input(1), Input(2), Input(0)] })));

    [TestCase(false)]
    [TestCase(true)]
    public void ModelStock_OfOpposedModels_IsTheBase(bool filterWise) =>
        Check(vectors =>
        {
            var mirrored = vectors[3].Zip(vectors[0], (origin, value) => (2 * origin) - value).ToArray();
            var recipe = Stock() with { Models = [Input(0), Input(1)], Parameters = RecipeParameters.Of(("filter_wise", filterWise)) };
            return Merge([vectors[0], mirrored, vectors[2], vectors[3]], recipe).SequenceEqual(vectors[3]);
        });

    [Test]
    public void ModelStock_OfOneModel_IsRefused() =>
        Assert.That(
            () => Merge([[1], [2], [3], [4]], Stock() with { Models = [Input(0)] }),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("Add a model"));

    [Test]
    public void NearSwap_LargeT_IsTheModel() => Check(vectors => Merge(vectors, NearSwap(100)).SequenceEqual(vectors[0]));

    [Test]
    public void NearSwap_TOfZero_IsTheBase() => Check(vectors => Merge(vectors, NearSwap(0)).SequenceEqual(vectors[3]));

    [Test]
    public void NearSwap_AnyT_FollowsTheFormula() =>
        Check(vectors => AreClose(Merge(vectors, NearSwap(0.01)), [.. vectors[0].Zip(vectors[3], (value, origin) =>
        {
            var share = Math.Clamp(0.01 / Math.Max(Math.Abs((double)origin - value), 1e-6), 0, 1);
            return (share * value) + ((1 - share) * origin);
        })]));

    [Test]
    public void NearSwap_OfTwoModels_IsRefused() =>
        Assert.That(
            () => Merge([[1], [2], [3], [4]], NearSwap(1) with { Models = [Input(0), Input(1)] }),
            Throws.InstanceOf<RecipeException>().With.Message.Contains("exactly one"));

    private static MergeRecipe NuSlerp(double first, double second) =>
        new() { Method = MergeMethod.NuSlerp, Models = [Input(0, first), Input(1, second)] };

    private static MergeRecipe Stock() =>
        new() { Method = MergeMethod.ModelStock, BaseModel = "m3", Models = [Input(0), Input(1), Input(2)] };

    private static MergeRecipe NearSwap(double t) =>
        new() { Method = MergeMethod.NearSwap, BaseModel = "m3", Models = [Input(0)], Parameters = RecipeParameters.Of(("t", t)) };

    private static MergeRecipe Of(MergeMethod method, params double[] weights) => new()
    {
        Method = method,
        Models = weights.Length == 0 ? [Input(0), Input(1), Input(2)] : [.. weights.Select((weight, index) => Input(index, weight))],
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

    private static HostTensor Matrix(int rows, int columns, int seed) => HostTensor.From(
        [.. Enumerable.Range(0, rows * columns).Select(place => (float)Math.Sin((place * 1.7) + seed))], new TensorShape(rows, columns));

    private static double[] Wide(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left - right)];

    private static bool AreClose(float[] actual, double[] expected, double tolerance = 2e-6) =>
        actual.Zip(expected, (left, right) => Math.Abs(left - right) <= tolerance * (1 + expected.Max(Math.Abs))).All(same => same);

    private static void Check(Func<float[][], bool> property) =>
        Prop.ForAll(Vectors, property).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
}
