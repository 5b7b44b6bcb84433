using Convergence.Evolution.Search;
using Convergence.Evolution.Tests.Landscapes;

namespace Convergence.Evolution.Tests.Search;

/// <summary>What holds for every search; one fixture per algorithm.</summary>
[TestFixture("genetic")]
[TestFixture("plain")]
[TestFixture("random")]
internal sealed class SearchContractTests(string algorithm)
{
    private static readonly KindedSpace Space = new(3, 8);
    private static readonly GeneticSearchOptions Defaults = new();

    [Test]
    public void Ask_ThroughARun_AsksThePopulationThenThePlacesBesideTheElites()
    {
        var search = Searches.Create(algorithm, Space, Defaults, 1);
        var asked = new List<int>();
        for (var generation = 0; generation < 50; generation++)
        {
            asked.Add(search.Ask().Count);
            SearchRun.Continue(search, Hill, 1);
        }

        Assert.That(asked[0], Is.EqualTo(8));
        Assert.That(asked.Skip(1), Is.All.EqualTo(6));
        Assert.That(search.Generation, Is.EqualTo(50));
    }

    [Test]
    public void Ask_Twice_GivesTheSameBatch()
    {
        var search = Searches.Create(algorithm, Space, Defaults, 2);
        SearchRun.Continue(search, Hill, 3);
        var first = search.Ask();
        Assert.That(search.Ask(), Is.EqualTo(first));
    }

    [Test]
    public void Ask_WithSeeds_AsksThemFirstAndOnce()
    {
        var seed = new KindedGenome(1, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
        var other = seed with { Kind = 2 };
        var search = Searches.Create(algorithm, new KindedSpace(3, 8, [seed, seed, other]), Defaults, 3);
        var batch = search.Ask();
        Assert.That(batch.Take(2), Is.EqualTo(new[] { seed, other }));
        Assert.That(batch.Skip(2), Has.None.EqualTo(seed).And.None.EqualTo(other));
    }

    [Test]
    public void Run_WithEqualSeeds_Repeats()
    {
        var first = Run(7);
        Assert.That(Run(7), Is.EqualTo(first));
        Assert.That(Run(8), Is.Not.EqualTo(first));

        string Run(ulong seed)
        {
            var search = Searches.Create(algorithm, Space, Defaults, seed);
            return SearchRun.Outcome(search, SearchRun.Continue(search, Hill, 12));
        }
    }

    [Test]
    public void Resume_AtEveryGeneration_EqualsTheUninterruptedRun([Values] bool batchPending)
    {
        const int Generations = 14;
        var whole = Searches.Create(algorithm, Space, Defaults, 11);
        var history = SearchRun.Continue(whole, HillWithHoles, Generations);
        var expected = SearchRun.Outcome(whole, history);
        for (var stop = 0; stop <= Generations; stop++)
        {
            var first = Searches.Create(algorithm, Space, Defaults, 11);
            var before = SearchRun.Continue(first, HillWithHoles, stop);
            if (batchPending && stop < Generations)
            {
                first.Ask();
            }

            var second = Searches.Resume(algorithm, Space, Defaults, SearchRun.ThroughText(first.Save()));
            var after = SearchRun.Continue(second, HillWithHoles, Generations - stop);
            Assert.That(SearchRun.Outcome(second, [.. before, .. after]), Is.EqualTo(expected), $"stopped at {stop}");
        }
    }

    [Test]
    public void Tell_FailedOutcomes_NeverWin([Values(double.NaN, double.PositiveInfinity, double.NegativeInfinity, null)] double? failure)
    {
        var search = Searches.Create(algorithm, Space, Defaults, 5);
        for (var generation = 0; generation < 10; generation++)
        {
            var index = 0;
            var outcomes = search.Ask().Select(_ => index++ % 2 == 0 ? failure : -index).ToArray();
            var summary = search.Tell(outcomes);
            Assert.That(summary.FailureCount, Is.EqualTo((outcomes.Length + 1) / 2));
            Assert.That(summary.BestFitness, Is.EqualTo(-2));
            Assert.That(summary.MeanFitness, Is.InRange(-8, -2));
            Assert.That(search.Population.Take(Defaults.EliteSize).Select(elite => elite.Fitness), Has.None.Null);
            Assert.That(search.Population.Select(member => member.Fitness), Has.None.NaN);
        }
    }

    [Test]
    public void Tell_NothingButFailures_KeepsAskingAndRecovers()
    {
        var search = Searches.Create(algorithm, Space, Defaults, 6);
        var failed = SearchRun.Continue(search, _ => null, 4);
        Assert.That(failed.Select(summary => summary.BestFitness), Is.All.Null);
        Assert.That(failed.Select(summary => summary.MeanFitness), Is.All.Null);
        Assert.That(failed.Select(summary => summary.FailureCount), Is.All.EqualTo(8));
        Assert.That(search.Best, Is.Null);

        var recovered = SearchRun.Continue(search, Hill, 4);
        Assert.That(recovered[0].BestFitness, Is.Not.Null);
        Assert.That(recovered[^1].FailureCount, Is.Zero);
    }

    [Test]
    public void Tell_OutOfTurnOrWrongCount_IsRefused()
    {
        var search = Searches.Create(algorithm, Space, Defaults, 1);
        Assert.That(() => search.Tell([]), Throws.InvalidOperationException);
        search.Ask();
        Assert.That(() => search.Tell([1, 2]), Throws.ArgumentException.With.Message.Contains("8 genomes were asked for, but 2"));
    }

    [TestCase(2, 0, 1)]
    [TestCase(2, 1, 2)]
    [TestCase(5, 4, 5)]
    [TestCase(8, 0, 1)]
    [TestCase(8, 7, 1)]
    [TestCase(40, 3, 3)]
    public void Run_AtTheEdgesOfTheSizes_KeepsThePopulationWhole(int population, int elite, int tournament)
    {
        var options = new GeneticSearchOptions { PopulationSize = population, EliteSize = elite, TournamentSize = tournament };
        foreach (var kindCount in new[] { 1, 4 })
        {
            var search = Searches.Create(algorithm, new KindedSpace(kindCount, 3), options, 9);
            var best = double.NegativeInfinity;
            for (var generation = 0; generation < 12; generation++)
            {
                Assert.That(search.Ask(), Has.Count.EqualTo(generation == 0 ? population : population - elite));
                var summary = SearchRun.Continue(search, Hill, 1)[0];
                Assert.That(search.Population, Has.Count.EqualTo(population));
                Assert.That(search.Population.Select(member => member.Fitness), Is.Ordered.Descending);
                Assert.That(summary.KindCounts.Sum(), Is.EqualTo(population));
                Assert.That(summary.Diversity, Is.InRange(0, 1));
                Assert.That(summary.BestFitness, Is.GreaterThanOrEqualTo(best).And.EqualTo(search.Best!.Fitness));
                best = summary.BestFitness!.Value;
            }
        }
    }

    [Test]
    public void Tell_Generation_KeepsTheFittestAsElites()
    {
        var search = Searches.Create(algorithm, Space, Defaults, 4);
        for (var generation = 0; generation < 8; generation++)
        {
            SearchRun.Continue(search, Hill, 1);
            var elites = search.Population.Take(2).ToArray();
            Assert.That(search.Ask(), Has.None.EqualTo(elites[0].Genome).And.None.EqualTo(elites[1].Genome));
            SearchRun.Continue(search, Hill, 1);
            Assert.That(search.Population, Has.Member(elites[0]).And.Member(elites[1]));
        }
    }

    [Test]
    public void Construct_InvalidOptions_NamesEveryProblem()
    {
        var options = new GeneticSearchOptions { PopulationSize = 4, EliteSize = 4, MutationRate = double.NaN, MutationStrength = 0 };
        Assert.That(
            () => Searches.Create(algorithm, Space, options, 1),
            Throws.ArgumentException.With.Message.Contains("EliteSize is 4; it must lie in [0, 3].")
                .And.Message.Contains("MutationRate is NaN").And.Message.Contains("MutationStrength is 0; it must lie in (0, 1]."));
    }

    private static double? Hill(KindedGenome genome) => genome.Kind + genome.Genes.Sum();

    private static double? HillWithHoles(KindedGenome genome) => genome.Genes[0] is > 0.4 and < 0.5 ? null : Hill(genome);
}
