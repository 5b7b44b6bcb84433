using Convergence.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Methods;

public sealed class ArceeFusionTests
{
    private static readonly Arbitrary<(int Rows, int Columns, int Seed)> Shapes =
        (from rows in Gen.Choose(1, 30) from columns in Gen.Choose(1, 150) from seed in Gen.Choose(0, 10_000) select (rows, columns, seed))
            .ToArbitrary();

    [Test]
    public void Fusion_OfAModel_TakesWhatTheFormulaTakes() =>
        Prop.ForAll(Shapes, shape =>
        {
            var (origin, model) = Models(shape.Rows, shape.Columns, shape.Seed);
            var actual = Merge(origin, model, shape.Rows);
            var (importance, threshold) = FusionReference.Measure(Wide(origin), Wide(model), shape.Columns);
            return Enumerable.Range(0, actual.Length)
                .Where(place => Math.Abs(importance[place] - threshold) > 1e-6 * threshold)
                .All(place => actual[place] == (importance[place] >= threshold ? model[place] : origin[place]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Test]
    public void Fusion_OfTheBaseWithItself_IsTheBase()
    {
        var (origin, _) = Models(5, 40, 3);
        Assert.That(Merge(origin, origin, 5), Is.EqualTo(origin));
    }

    [Test]
    public void Fusion_OfOneLargeChange_TakesItAlone()
    {
        var (origin, _) = Models(1, 100, 3);
        var model = origin.ToArray();
        model[17] += 2;
        for (var place = 0; place < 100; place++)
        {
            model[place] += 1e-3f * (place % 3);
        }

        var fused = Merge(origin, model, 1);
        Assert.That(Enumerable.Range(0, 100).Where(place => fused[place] != origin[place]), Is.EqualTo(new[] { 17 }));
    }

    [Test]
    public void Fusion_OfTwoModels_IsRefused()
    {
        using var models = new MemoryModels().Add("base", 1).Add("a", 2).Add("b", 3);
        var recipe = Recipe() with { Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)] };
        Assert.That(() => models.MergeVector(recipe), Throws.InstanceOf<RecipeException>().With.Message.Contains("exactly one"));
    }

    private static MergeRecipe Recipe() =>
        new() { Method = MergeMethod.ArceeFusion, BaseModel = "base", Models = [new("model", RecipeParameters.Empty)] };

    private static float[] Merge(float[] origin, float[] model, int rows)
    {
        HostTensor Matrix(float[] values) => HostTensor.From(values, new TensorShape(rows, values.Length / rows));
        using var models = new MemoryModels()
            .Add("base", (MemoryModels.TensorName, Matrix(origin)))
            .Add("model", (MemoryModels.TensorName, Matrix(model)));
        return models.MergeVector(Recipe());
    }

    private static (float[] Origin, float[] Model) Models(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var origin = Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        return (origin, Array.ConvertAll(origin, value => value + (0.1f * (float)Math.Pow(random.NextDouble() - 0.5, 3))));
    }

    private static double[] Wide(float[] values) => Array.ConvertAll(values, value => (double)value);
}
