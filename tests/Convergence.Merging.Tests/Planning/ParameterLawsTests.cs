using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Planning;

/// <summary>Laws of gradients and filters, read off resolved plans of random depth.</summary>
public sealed class ParameterLawsTests
{
    // No tensor of these models matches any of these.
    private static readonly string[] OtherFilters = ["q_proj", "vision", "experts", "layers.99.", "k_norm"];

    private static readonly Gen<double> Point = Gen.Choose(-400, 400).Select(value => value / 128.0);

    private static readonly Arbitrary<(int Depth, double[] Points)> Gradients = Gen.Choose(1, 12)
        .SelectMany(depth => Gen.Choose(1, 7).SelectMany(count => Gen.ArrayOf(Point, count).Select(points => (depth, points))))
        .ToArbitrary();

    [Test]
    public void Gradient_StaysBetweenTheNeighbouringPoints() => Check(Gradients, given =>
    {
        var weights = Weights(given.Depth, new GradientValue([.. given.Points]));
        return weights.Select((weight, layer) => (weight, place: Place(layer, given.Depth, given.Points.Length))).All(at =>
        {
            var (left, right) = (given.Points[(int)Math.Floor(at.place)], given.Points[(int)Math.Ceiling(at.place)]);
            return at.weight >= Math.Min(left, right) - 1e-12 && at.weight <= Math.Max(left, right) + 1e-12;
        });
    });

    [Test]
    public void Gradient_BeginsWithTheFirstPoint_AndEndsWithTheLast() => Check(Gradients, given =>
    {
        var weights = Weights(given.Depth, new GradientValue([.. given.Points]));
        return (given.Depth == 1 || weights[0].Equals(given.Points[0])) && Math.Abs(weights[^1] - given.Points[^1]) < 1e-12;
    });

    [Test]
    public void Gradient_Reversed_IsTheReverse() => Check(Gradients, given =>
    {
        var weights = Weights(given.Depth, new GradientValue([.. given.Points]));
        var reversed = Weights(given.Depth, new GradientValue([.. given.Points.Reverse()]));
        return given.Depth == 1 || weights.Zip(reversed.Reverse()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
    });

    [Test]
    public void Gradient_OfEqualPoints_IsThatNumber() => Check(Gradients, given =>
        Weights(given.Depth, new GradientValue([.. given.Points.Select(_ => given.Points[0])])).All(
            weight => Math.Abs(weight - given.Points[0]) < 1e-12));

    [Test]
    public void Gradient_OfAPointForEveryLayer_IsThatList() => Check(Gradients, given =>
        Weights(given.Points.Length, new GradientValue([.. given.Points])).Zip(given.Points)
            .All(pair => Math.Abs(pair.First - pair.Second) < 1e-12));

    [Test]
    public void Filters_ThatMatchNothing_ChangeNothing_WhereverTheyStand()
    {
        var filters = Gen.Shuffle(OtherFilters).SelectMany(order => Gen.Choose(0, 2).Select(place => (order, place)));
        Check(Gradients.Generator.SelectMany(given => filters.Select(other => (given.Depth, given.Points, other.order, other.place)))
            .ToArbitrary(), given =>
        {
            List<FilteredEntry> entries = [new("mlp", new GradientValue([.. given.Points])), new(null, 5.0)];
            var plain = Weights(given.Depth, new FilteredValue([.. entries]));
            entries.InsertRange(given.place, given.order.Select(filter => new FilteredEntry(filter, 77.0)).Where(_ => given.place < 2));
            return Weights(given.Depth, new FilteredValue([.. entries])).SequenceEqual(plain);
        });
    }

    [Test]
    public void Filters_ThatExcludeEachOther_MayStandInAnyOrder() => Check(Gradients, given =>
    {
        var mlp = new FilteredEntry("mlp", new GradientValue([.. given.Points]));
        var norm = new FilteredEntry("norm", 3.0);
        return Weights(given.Depth, new FilteredValue([mlp, norm])).SequenceEqual(Weights(given.Depth, new FilteredValue([norm, mlp])));
    });

    // A single layer is the last one.
    private static double Place(int layer, int depth, int points) =>
        depth == 1 ? points - 1 : Math.Clamp((double)layer / (depth - 1) * (points - 1), 0, points - 1);

    // The weight of the mlp of every layer.
    private static double[] Weights(int depth, ParameterValue value)
    {
        using var models = new MemoryModels();
        models.Add("a", [.. Enumerable.Range(0, depth)
            .Select(layer => ($"model.layers.{layer}.mlp.w", MemoryModels.Vector(1, 2))), ("model.norm.weight", MemoryModels.Vector(1))]);
        var plan = MergePlanner.Plan(
            new MergeRecipe
            {
                Method = MergeMethod.Linear,
                Models = [new RecipeInput("a", RecipeParameters.Of(("weight", value)))],
                Parameters = RecipeParameters.Of(("weight", 9.0), ("normalize", false)),
            }, models.Parents);
        var byName = plan.Tasks.ToImmutableDictionary(task => task.Name, task => ((LinearMerge)task.Operation).Weights[0]);
        return [.. Enumerable.Range(0, depth).Select(layer => byName[$"model.layers.{layer}.mlp.w"])];
    }

    private static void Check<T>(Arbitrary<T> values, Func<T, bool> law) =>
        Prop.ForAll(values, law).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
}
