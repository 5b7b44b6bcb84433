using System.Collections.Immutable;
using System.Text.Json;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Tests.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Tests.Trials;

/// <summary>What holds for every sampler; one fixture for each.</summary>
[TestFixture(RandomSampler.SamplerName)]
[TestFixture(QuasiRandomSampler.SamplerName)]
[TestFixture(GaussianProcessSampler.SamplerName)]
[TestFixture(TrustRegionSampler.SamplerName)]
[TestFixture(CovarianceMatrixSampler.SamplerName)]
[TestFixture(TreeParzenSampler.SamplerName)]
[TestFixture(EvolutionSampler.SamplerName)]
[TestFixture(NondominatedSortingSampler.SamplerName)]
[TestFixture(PortfolioSampler.SamplerName)]
internal sealed class TrialSearchContractTests(string sampler)
{
    [Test]
    public void Ask_ASmallSpace_GoesThroughAllOfItOnceAndEnds()
    {
        var space = new SearchSpace(
        [
            new CategoricalParameter("a", ["x", "y", "z"]), new BooleanParameter("b"),
            new IntegerParameter("c", 1, 4) { Condition = new("b", [true]) },
        ]);
        var search = new TrialSearch(space, SamplerKinds.Create(sampler), 1);
        for (var index = 0; index < 15; index++)
        {
            var trial = search.Ask()[0];
            search.Tell(trial.Id, trial.Id % 4);
        }

        Assert.That(search.History.Trials.Select(trial => trial.Configuration), Is.EquivalentTo(space.Enumerate()));
        Assert.That(search.Ask(3), Is.Empty);
    }

    [Test]
    public void Ask_AheadAndToldInAnyOrder_NeverRepeatsAndKeepsTheBest([Values(1UL, 2UL)] ulong seed)
    {
        var search = new TrialSearch(MixedProblem.Space, SamplerKinds.Create(sampler), seed);
        var random = new SearchRandom(seed);
        var waiting = new List<Trial>();
        for (var round = 0; round < 12; round++)
        {
            waiting.AddRange(search.Ask(5));
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(waiting));
            foreach (var trial in waiting.Take(4).ToArray())
            {
                search.Tell(trial.Id, MixedProblem.Loss(trial.Configuration));
                waiting.Remove(trial);
            }
        }

        var trials = search.History.Trials;
        Assert.That(trials, Has.Count.EqualTo(60));
        Assert.That(trials.Select(trial => trial.Configuration), Is.Unique);
        Assert.That(search.History.Pending.Select(trial => trial.Id), Is.EquivalentTo(waiting.Select(trial => trial.Id)));
        Assert.That(search.Best[0].Objectives[0], Is.EqualTo(trials.Where(trial => trial.IsScored).Min(trial => trial.Objectives[0])));
    }

    [Test]
    public void Resume_AtAnyPoint_EqualsTheUninterruptedSearch([Values(0, 3, 17, 52)] int stop)
    {
        const int Count = 60;
        var whole = Started();
        Continue(whole, Count);
        var first = Started();
        Continue(first, stop);
        var log = JsonSerializer.Deserialize<TrialLog>(JsonSerializer.Serialize(first.Save()))!;
        var second = new TrialSearch(MixedProblem.Space, SamplerKinds.Create(sampler), log);
        Continue(second, Count - stop);
        Assert.That(JsonSerializer.Serialize(second.Save()), Is.EqualTo(JsonSerializer.Serialize(whole.Save())));

        TrialSearch Started() => new(MixedProblem.Space, SamplerKinds.Create(sampler), 9);
    }

    [Test]
    public void Ask_FromOtherSeeds_IsOtherwise()
    {
        var origins = new[] { 1UL, 2UL }.Select(seed =>
        {
            var search = new TrialSearch(MixedProblem.Space, SamplerKinds.Create(sampler, seed), seed);
            Continue(search, 12);
            return search.History.Trials[^1].Configuration;
        });
        Assert.That(origins, Is.Unique);
    }

    [Test]
    public void Tell_NothingButMissing_KeepsAsking()
    {
        var search = new TrialSearch(MixedProblem.Space, SamplerKinds.Create(sampler), 2);
        for (var index = 0; index < 40; index++)
        {
            Assert.That(search.Tell(search.Ask()[0].Id, double.NaN).State, Is.EqualTo(TrialState.Missing));
        }

        Assert.That(search.Best, Is.Empty);
        Continue(search, 10);
        Assert.That(search.Best, Has.Length.EqualTo(1));
    }

    [Test]
    public void Tell_EqualLosses_KeepsAsking()
    {
        var search = new TrialSearch(MixedProblem.Space, SamplerKinds.Create(sampler), 2);
        for (var index = 0; index < 40; index++)
        {
            search.Tell(search.Ask()[0].Id, 1);
        }

        Assert.That(search.Best[0].Id, Is.Zero, "the first of equals");
    }

    [Test]
    public void Ask_WithTwoObjectives_FindsAFront()
    {
        ImmutableArray<Direction> directions = [Direction.Minimize, Direction.Maximize];
        var search = new TrialSearch(MixedProblem.Space, SamplerKinds.Create(sampler), 3, directions);
        for (var index = 0; index < 40; index++)
        {
            var trial = search.Ask()[0];
            search.Tell(trial.Id, MixedProblem.Loss(trial.Configuration), (long)trial.Configuration["tokens"]!);
        }

        Assert.That(search.Best, Has.Length.GreaterThan(1));
        Assert.That(
            search.Best.OrderBy(trial => trial.Objectives[0]).Select(trial => trial.Objectives[1]),
            Is.Ordered,
            "less loss costs tokens along a front");
    }

    /// <summary>Some trials one by one; every fifth is missing, every seventh is given up.</summary>
    private static void Continue(TrialSearch search, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var trial = search.Ask()[0];
            var loss = MixedProblem.Loss(trial.Configuration);
            _ = (trial.Id % 5, trial.Id % 7) switch
            {
                (4, _) => search.TellMissing(trial.Id),
                (_, 6) => search.TellPruned(trial.Id, loss),
                _ => search.Tell(trial.Id, loss),
            };
        }
    }
}
