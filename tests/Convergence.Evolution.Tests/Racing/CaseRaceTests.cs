using Convergence.Evolution.Racing;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Tests.Racing;

internal sealed class CaseRaceTests
{
    private static readonly double[] Rates = [0.2, 0.9, 0.3, 0.25];

    [Test]
    public void Race_OneFarBetter_IsDecidedForItLongBeforeAllCases()
    {
        var race = Run(Rates, new CaseRaceOptions(), caseCount: 400, seed: 1);
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.Decided));
        Assert.That(race.Model.Leader, Is.EqualTo(1));
        Assert.That(Enumerable.Range(0, 4).Where(race.IsBeaten), Is.EqualTo(new[] { 0, 2, 3 }));
        Assert.That(Enumerable.Range(0, 4).Sum(race.Scores.MetBy), Is.LessThan(4 * 400 / 3));
    }

    [Test]
    public void Race_WithABudget_EndsWhenItIsSpentAndFavoursTheGood()
    {
        var race = Run(Rates, new CaseRaceOptions { Budget = 60 }, caseCount: 400, seed: 2);
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.BudgetSpent));
        Assert.That(Enumerable.Range(0, 4).Sum(race.Scores.MetBy), Is.EqualTo(60));
        Assert.That(race.Scores.MetBy(1), Is.GreaterThan(new[] { 0, 2, 3 }.Max(race.Scores.MetBy)));
        Assert.That(() => race.Next(), Throws.InvalidOperationException.With.Message.Contains("BudgetSpent"));
    }

    [Test]
    public void Race_OfEquals_MeetsAllCasesOnceAndBeatsNobody()
    {
        var race = Run([0.5, 0.5, 0.5], new CaseRaceOptions(), caseCount: 12, seed: 3);
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.CasesExhausted));
        Assert.That(Enumerable.Range(0, 3).Select(race.Scores.MetBy), Is.All.EqualTo(12));
    }

    [Test]
    public void Race_WithMissingScores_GoesOn()
    {
        var race = new CaseRace(2, 30, new CaseRaceOptions(), 1);
        while (race.End is null)
        {
            var (configuration, index) = race.Next();
            race.Tell(configuration, index % 3 == 0 ? null : configuration == 0 ? 0.8 : 0.3);
        }

        Assert.That(race.Model.Leader, Is.Zero);
        Assert.That(race.Scores.MeanOf(0), Is.EqualTo(0.8).Within(1e-12));
        var nothing = new CaseRace(2, 2, new CaseRaceOptions(), 1);
        while (nothing.End is null)
        {
            nothing.Tell(nothing.Next().Configuration, null);
        }

        Assert.That(nothing.Scores.MeanOf(0), Is.NaN);
    }

    [Test]
    public void Race_ByThompsonSampling_FavoursTheGoodToo()
    {
        var options = new CaseRaceOptions { Budget = 60, Allocation = RaceAllocation.Thompson };
        Assert.That(Run(Rates, options, caseCount: 400, seed: 2).Scores.MetBy(1), Is.GreaterThan(30));
    }

    [Test]
    public void Race_ByOptimalBudget_SpendsOnTheRivalsOfTheBest()
    {
        double[] rates = [0.9, 0.85, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2];
        var race = Run(rates, new CaseRaceOptions { Budget = 160 }, caseCount: 400, seed: 3);
        Assert.That(race.Scores.MetBy(0) + race.Scores.MetBy(1), Is.GreaterThan(100));
        Assert.That(race.Scores.MetBy(1), Is.GreaterThan(5 * race.Scores.MetBy(2)));
    }

    [Test]
    public void Race_OfEqualSeeds_Repeats()
    {
        int[] Met(ulong seed) =>
            [.. Enumerable.Range(0, 4).Select(Run(Rates, new CaseRaceOptions { Budget = 90 }, 400, seed).Scores.MetBy)];
        var first = Met(5);
        Assert.That(Met(5), Is.EqualTo(first));
        Assert.That(Met(6), Is.Not.EqualTo(first));
    }

    [Test]
    public void EstimateOf_TheWinnerOfEquals_CoversTheTruthWhereItsMeanDoesNot()
    {
        var (covered, naive, corrected) = (0, 0.0, 0.0);
        const int Runs = 200;
        for (var seed = 0UL; seed < Runs; seed++)
        {
            var race = Run([.. Enumerable.Repeat(0.5, 20)], new CaseRaceOptions { Budget = 160 }, caseCount: 20, seed);
            var estimate = race.Model.EstimateOf(race.Model.Leader);
            covered += estimate.Lower <= 0.5 && estimate.Upper >= 0.5 ? 1 : 0;
            naive += (race.Scores.MeanOf(race.Model.Leader) - 0.5) / Runs;
            corrected += (estimate.Value - 0.5) / Runs;
        }

        Assert.That(covered, Is.GreaterThanOrEqualTo(0.93 * Runs));
        Assert.That(naive, Is.GreaterThan(0.1), "the best of twenty equals looks better than it is");
        Assert.That(Math.Abs(corrected), Is.LessThan(naive / 2));
    }

    [Test]
    public void Construct_BadOptions_NamesThem() => Assert.That(
        () => new CaseRace(2, 2, new CaseRaceOptions { Budget = 0, Confidence = 1, Range = double.NaN }, 1),
        Throws.ArgumentException.With.Message.Contains("Budget is 0")
            .And.Message.Contains("Confidence is 1")
            .And.Message.Contains("Range is NaN"));

    private static CaseRace Run(double[] rates, CaseRaceOptions options, int caseCount, ulong seed)
    {
        var random = new SearchRandom(seed);
        var race = new CaseRace(rates.Length, caseCount, options, seed);
        while (race.End is null)
        {
            var (configuration, index) = race.Next();
            Assert.That(index, Is.EqualTo(race.Scores.MetBy(configuration)));
            race.Tell(configuration, random.NextBoolean(rates[configuration]) ? 1 : 0);
        }

        return race;
    }
}
