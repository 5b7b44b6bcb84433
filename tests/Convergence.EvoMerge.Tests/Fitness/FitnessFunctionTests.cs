using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.EvoMerge.Tests.Fitness;

internal sealed class FitnessFunctionTests
{
    private static readonly ObjectiveValues Best = new(Perplexity: 4, Accuracy: 0.5, TokensPerSecond: 1000, PeakBytes: 2e6);

    [Test]
    public void Of_EqualToTheBestParent_IsOneHalf() =>
        Assert.That(new FitnessFunction(new FitnessWeights(), Best).Of(Best), Is.EqualTo(0.5).Within(1e-12));

    [TestCase(2, 2.0 / 3)]
    [TestCase(8, 1.0 / 3)]
    [TestCase(double.PositiveInfinity, 0)]
    public void Of_PerplexityAlone_FollowsTheRatio(double perplexity, double expected) =>
        Assert.That(
            new FitnessFunction(new FitnessWeights(1, 0, 0, 0), Best).Of(new ObjectiveValues(perplexity, null, null, null)),
            Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void Of_AnyTwoValues_RisesStrictlyWithQuality() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat>(), ArbMap.Default.ArbFor<NormalFloat>(), (one, other) =>
        {
            var (worse, better) =
                (Math.Min(Math.Abs(one.Get), Math.Abs(other.Get)) % 1e6, Math.Max(Math.Abs(one.Get), Math.Abs(other.Get)) % 1e6);
            (worse, better) = (Math.Min(worse, better), Math.Max(worse, better));
            return better - worse < 1e-3 * better
                || (Rises(
                    new FitnessWeights(1, 0, 0, 0),
                    new ObjectiveValues(1 + better, null, null, null),
                    new ObjectiveValues(1 + worse, null, null, null))
                    && Rises(
                        new FitnessWeights(0, 1, 0, 0),
                        new ObjectiveValues(null, worse / 1e6, null, null),
                        new ObjectiveValues(null, better / 1e6, null, null))
                    && Rises(
                        new FitnessWeights(0, 0, 1, 0),
                        new ObjectiveValues(null, null, 1 + worse, null),
                        new ObjectiveValues(null, null, 1 + better, null))
                    && Rises(
                        new FitnessWeights(0, 0, 0, 1),
                        new ObjectiveValues(null, null, null, 1 + better),
                        new ObjectiveValues(null, null, null, 1 + worse)));
        }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void Of_ParentsWithoutAnyAccuracy_StillTellsCandidatesApart()
    {
        var fitness = new FitnessFunction(new FitnessWeights(0, 1, 0, 0), Best with { Accuracy = 0 });

        Assert.That(fitness.Of(new ObjectiveValues(null, 0, null, null)), Is.EqualTo(0.5));
        Assert.That(fitness.Of(new ObjectiveValues(null, 0.2, null, null)), Is.GreaterThan(0.9));
    }

    [Test]
    public void Of_MissingOrNotANumber_IsMissing()
    {
        var fitness = new FitnessFunction(new FitnessWeights(), Best);

        Assert.That(fitness.Of(Best with { Accuracy = null }), Is.Null);
        Assert.That(fitness.Of(Best with { Perplexity = double.NaN }), Is.Null);
        Assert.That(new FitnessFunction(new FitnessWeights(1, 0, 0, 0), Best).Of(Best with { Accuracy = null }), Is.EqualTo(0.5));
    }

    [Test]
    public void BestOf_Parents_TakesTheBestOfEachObjective() =>
        Assert.That(
            FitnessFunction.BestOf([new(4, 0.5, 900, 2e6), new(5, 0.7, 1000, 3e6)]),
            Is.EqualTo(new ObjectiveValues(4, 0.7, 1000, 2e6)));

    [Test]
    public void Selection_OneShape_DropsSpeedAndMemoryAloudAndRenormalises()
    {
        var selection = ObjectiveSelection.Of(new FitnessWeights(), hasPerplexity: true, hasAccuracy: true, shapesDiffer: false)!;

        Assert.That(selection.Weights.Perplexity, Is.EqualTo(0.4 / 0.7).Within(1e-12));
        Assert.That(selection.Weights.Accuracy, Is.EqualTo(0.3 / 0.7).Within(1e-12));
        Assert.That(selection.NeedsCost, Is.False);
        Assert.That(
            selection.Notes,
            Has.Some.Contains("speed is left out").And.Some.Contains("memory is left out").And.Some.Contains("weights in force"));
    }

    [Test]
    public void Selection_EverythingMoves_KeepsAllSilently()
    {
        var selection = ObjectiveSelection.Of(new FitnessWeights(), true, true, shapesDiffer: true)!;

        Assert.That(selection.Weights.Sum, Is.EqualTo(1).Within(1e-12));
        Assert.That(selection.Weights.Speed, Is.EqualTo(0.2).Within(1e-12));
        Assert.That(selection.Notes, Is.Empty);
    }

    [Test]
    public void Selection_NothingMoves_IsNone() =>
        Assert.That(ObjectiveSelection.Of(new FitnessWeights(0, 0, 1, 1), true, true, shapesDiffer: false), Is.Null);

    [Test]
    public void ObjectiveValues_SeveralTasks_AreGeometricAndArithmeticMeans()
    {
        var values = ObjectiveValues.Of([("perplexity", 2), ("exact_match", 0.5), ("perplexity", 8), ("acc_norm", 1)], cost: null);

        Assert.That(values.Perplexity, Is.EqualTo(4).Within(1e-12));
        Assert.That(values.Accuracy, Is.EqualTo(0.75));
        Assert.That(values.TokensPerSecond, Is.Null);
    }

    private static bool Rises(FitnessWeights weights, ObjectiveValues worse, ObjectiveValues better)
    {
        var fitness = new FitnessFunction(weights, Best);
        return fitness.Of(better) > fitness.Of(worse);
    }
}
