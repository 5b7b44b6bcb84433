using Convergence.Evolution.Racing;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Tests.Racing;

internal sealed class CaseRaceTests
{
    private static readonly double[] Rates = [0.2, 0.9, 0.3, 0.25];

    [Test]
    public void Next_OneFarBetter_IsDecidedForItLongBeforeAllCases()
    {
        var race = Run(new CaseRace(4, 400, new CaseRaceOptions()), Coins(Rates, seed: 1));
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.Decided));
        Assert.That(race.Leader, Is.EqualTo(1));
        Assert.That(CallsOf(race), Is.LessThan(4 * 400 / 3));
    }

    [Test]
    public void Next_OfEquals_MeetsEveryCellOnceAndEndsThere()
    {
        var race = Run(new CaseRace(3, 12, new CaseRaceOptions { Confidence = 0.9999 }), Coins([0.5, 0.5, 0.5], seed: 3));
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.CasesExhausted));
        Assert.That(Enumerable.Range(0, 3).Select(race.Scores.MetBy), Is.All.EqualTo(12));
    }

    [Test]
    public void Next_TheBestAndItsRival_GetMostOfTheBudget()
    {
        double[] rates = [0.9, 0.8, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2];
        var race = Run(new CaseRace(8, 400, new CaseRaceOptions { Budget = 160, Confidence = 0.9999 }), Coins(rates, seed: 3));
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.BudgetSpent));
        Assert.That(race.Scores.MetBy(0) + race.Scores.MetBy(1), Is.GreaterThan(100));
    }

    [TestCase(1, 1, 1)]
    [TestCase(1, 9, 3)]
    [TestCase(9, 1, 4)]
    [TestCase(6, 7, 1)]
    [TestCase(6, 7, 5)]
    [TestCase(12, 15, 40)]
    public void Next_AnySizeWindowAndScores_KeepsTheBudgetAndNeverAsksTwice(int configurationCount, int caseCount, int window)
    {
        var random = new SearchRandom(7);
        foreach (var budget in new[] { 1, configurationCount * caseCount / 2, int.MaxValue }.Where(budget => budget > 0))
        {
            foreach (var score in new Func<double?>[]
            {
                () => 1, () => 0, () => 0.37, () => null, () => random.NextDouble(),
                () => random.NextBoolean(0.5) ? random.NextDouble() : null,
                () => (random.NextDouble() * 20) - 10,
            })
            {
                var asked = new HashSet<(int, int)>();
                var race = new CaseRace(configurationCount, caseCount, new CaseRaceOptions { Budget = budget });
                Run(race, (configuration, testCase) =>
                {
                    Assert.That(asked.Add((configuration, testCase)), Is.True, "asked twice");
                    return score();
                }, window);
                Assert.That(race.End, Is.Not.Null);
                Assert.That(asked, Has.Count.LessThanOrEqualTo(budget).And.Count.EqualTo(CallsOf(race)));
                Assert.That(race.Leader, Is.InRange(0, configurationCount - 1));
                Assert.That(Enumerable.Range(0, configurationCount).Select(race.Model.AbilityOf), Has.All.Matches<double>(double.IsFinite));
            }
        }
    }

    [Test]
    public void Next_ToldTheSame_AsksTheSame_AndGoesOnWhereItWas()
    {
        var options = new CaseRaceOptions { Budget = 90 };
        var whole = Record(new CaseRace(4, 40, options), []);
        var resumed = Record(new CaseRace(4, 40, options), whole[..37]);
        Assert.That(resumed, Is.EqualTo(whole));
        Assert.That(whole, Has.Count.LessThanOrEqualTo(90));

        List<(int, int, double?)> Record(CaseRace race, IEnumerable<(int, int, double?)> told)
        {
            var record = told.ToList();
            foreach (var (configuration, testCase, score) in record)
            {
                Assert.That(race.Next(), Is.EqualTo((configuration, testCase)));
                race.Tell(configuration, testCase, score);
            }

            Run(race, (configuration, testCase) =>
            {
                double? score = (configuration + 1) * (testCase + 3) % 7 < Rates[configuration] * 7 ? 1 : 0;
                record.Add((configuration, testCase, score));
                return score;
            });
            return record;
        }
    }

    [Test]
    public void Next_MissingScores_AreNoZeros()
    {
        var race = Run(
            new CaseRace(3, 30, new CaseRaceOptions { Confidence = 0.9999 }),
            (configuration, testCase) => configuration switch { 0 => testCase % 3 == 0 ? null : 0.8, 1 => 0.6, _ => null });
        Assert.That(race.Leader, Is.Zero);
        Assert.That(race.Scores.MeanOf(0), Is.EqualTo(0.8).Within(1e-12));
        Assert.That(race.Scores.MeanOf(2), Is.NaN);
    }

    [Test]
    public void Next_ScoresOfLittleSpread_DecidesWithFewOfThem()
    {
        var random = new SearchRandom(4);
        double[] means = [0.6, 0.7, 0.62, 0.58, 0.61];
        var race = Run(new CaseRace(5, 100, new CaseRaceOptions()), (configuration, testCase) =>
            means[configuration] + (0.05 * Math.Sin(testCase)) + (0.02 * (random.NextDouble() - 0.5)));
        Assert.That(race.End, Is.EqualTo(CaseRaceEnd.Decided));
        Assert.That(race.Leader, Is.EqualTo(1));
        Assert.That(CallsOf(race), Is.LessThan(5 * 100 / 5));
    }

    [Test]
    public void Know_ScoresFromBefore_CostNothingAndCount()
    {
        var race = new CaseRace(2, 30, new CaseRaceOptions { Budget = 20 });
        for (var testCase = 0; testCase < 30; testCase++)
        {
            race.Know(0, testCase, 1);
        }

        Run(race, (configuration, _) => configuration == 1 ? 0 : throw new InvalidOperationException("It has met all cases."));
        Assert.That(race.Leader, Is.Zero);
        Assert.That(race.Scores.MetBy(1), Is.InRange(1, 20));
        Assert.That(() => race.Know(0, 3, 1), Throws.InvalidOperationException.With.Message.Contains("case 3"));
        Assert.That(() => race.Tell(1, 29, 1), Throws.ArgumentException.With.Message.Contains("not under way"));
    }

    [Test]
    public void Withdraw_TheBest_IsNotAskedAgainAndDoesNotLead()
    {
        var race = new CaseRace(4, 50, new CaseRaceOptions());
        var asked = 0;
        Run(race, (configuration, _) =>
        {
            Assert.That(asked >= 3 && configuration == 1, Is.False);
            asked += configuration == 1 ? 1 : 0;
            if (asked == 3)
            {
                race.Withdraw(1);
            }

            return Rates[configuration];
        });
        Assert.That(race.Leader, Is.EqualTo(2));
    }

    [Test]
    public void Weights_OfCases_DecideWhereTheyDisagree()
    {
        int LeaderOf(params double[] weights) => Run(
            new CaseRace(2, 4, new CaseRaceOptions { Weights = weights, Confidence = 0.9999 }),
            (configuration, testCase) => configuration == 0 == testCase < 2 ? 1 : 0).Leader;
        Assert.That(LeaderOf(1.8, 1.8, 0.2, 0.2), Is.Zero);
        Assert.That(LeaderOf(0.2, 0.2, 1.8, 1.8), Is.EqualTo(1));
    }

    [Test]
    public void EstimateOf_TheWinnerOfEquals_CoversTheTruthWhereItsMeanDoesNot()
    {
        var (covered, naive, corrected) = (0, 0.0, 0.0);
        const int Runs = 200;
        for (var seed = 0UL; seed < Runs; seed++)
        {
            var race = Run(new CaseRace(20, 20, new CaseRaceOptions { Budget = 160 }), Coins([.. Enumerable.Repeat(0.5, 20)], seed));
            var model = new AbilityModel(race.Scores);
            model.Fit(sweeps: 50);
            var estimate = model.EstimateOf(race.Leader);
            covered += estimate.Lower <= 0.5 && estimate.Upper >= 0.5 ? 1 : 0;
            naive += (race.Scores.MeanOf(race.Leader) - 0.5) / Runs;
            corrected += (estimate.Value - 0.5) / Runs;
        }

        Assert.That(covered, Is.GreaterThanOrEqualTo(0.93 * Runs));
        Assert.That(naive, Is.GreaterThan(0.1), "the best of twenty equals looks better than it is");
        Assert.That(Math.Abs(corrected), Is.LessThan(naive / 2));
    }

    [Test]
    public void Construct_BadOptions_NamesThem() => Assert.That(
        () => new CaseRace(2, 2, new CaseRaceOptions { Budget = 0, Confidence = 1, Weights = [1, -2, 1] }),
        Throws.ArgumentException.With.Message.Contains("Budget is 0")
            .And.Message.Contains("Confidence is 1")
            .And.Message.Contains("The number of Weights is 3; it must be that of the cases, 2")
            .And.Message.Contains("The least of Weights is -2"));

    private static int CallsOf(CaseRace race) => Enumerable.Range(0, race.Scores.ConfigurationCount).Sum(race.Scores.MetBy);

    private static Func<int, int, double?> Coins(double[] rates, ulong seed)
    {
        var random = new SearchRandom(seed);
        return (configuration, _) => random.NextBoolean(rates[configuration]) ? 1 : 0;
    }

    private static CaseRace Run(CaseRace race, Func<int, int, double?> score, int window = 1)
    {
        var underWay = new Queue<(int Configuration, int Case)>();
        do
        {
            while (underWay.Count < window && race.Next() is { } next)
            {
                underWay.Enqueue(next);
            }

            if (underWay.TryDequeue(out var first))
            {
                race.Tell(first.Configuration, first.Case, score(first.Configuration, first.Case));
            }
        }
        while (underWay.Count > 0 || race.End is null);
        return race;
    }
}
