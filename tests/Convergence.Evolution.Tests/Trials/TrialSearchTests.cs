using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Tests.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Tests.Trials;

internal sealed class TrialSearchTests
{
    private static readonly SearchSpace Space = new([new FloatParameter("x", 0, 1)]);

    [Test]
    public void Ask_InitialConfigurations_ComeFirstAndOnce()
    {
        var configurations = new[] { 0.25, 0.5, 0.25 }.Select(x => Space.Create(new Dictionary<string, object> { ["x"] = x })).ToArray();
        var search = new TrialSearch(Space, new RandomSampler(), 1, initial: [.. configurations]);
        var asked = search.Ask(3);
        Assert.That(asked.Take(2).Select(trial => trial.Configuration), Is.EqualTo(configurations.Take(2)));
        Assert.That(asked.Select(trial => trial.Origin), Is.EqualTo(new[] { "initial", "initial", "random" }));
    }

    [Test]
    public void Ask_OfARangeWithoutWidth_EndsAfterItsOneValue()
    {
        var space = new SearchSpace([new FloatParameter("x", 1, 1), new FloatParameter("y", 2, 2, log: true)]);
        var search = new TrialSearch(space, new RandomSampler(), 1);
        Assert.That(search.Ask(3), Has.Length.EqualTo(1));
    }

    [Test]
    public void Ask_OfAContinuumNarrowerThanItsNumbers_Ends()
    {
        var space = new SearchSpace([new FloatParameter("x", 1, Math.BitIncrement(1))]);
        var search = new TrialSearch(space, new RandomSampler(), 1);
        Assert.That(search.Ask(5), Has.Length.InRange(1, 2));
    }

    [Test]
    public void Best_ByDirection_IsLowestOrHighestAndNeverPrunedOrMissing([Values] Direction direction)
    {
        var search = new TrialSearch(Space, new RandomSampler(), 1, [direction]);
        var asked = search.Ask(6);
        search.TellPruned(asked[0].Id, direction == Direction.Minimize ? -9 : 9);
        search.TellMissing(asked[1].Id);
        search.Tell(asked[2].Id, double.NegativeInfinity);
        search.Tell(asked[3].Id, 1);
        search.Tell(asked[5].Id, 2);
        search.Tell(asked[4].Id, 0);
        Assert.That(search.Best.Single().Id, Is.EqualTo(direction == Direction.Minimize ? asked[4].Id : asked[5].Id));
    }

    [Test]
    public void Tell_WhatIsNotPendingOrTheWrongCount_IsRefused()
    {
        var search = new TrialSearch(Space, new RandomSampler(), 1);
        var trial = search.Ask()[0];
        Assert.That(() => search.Tell(7, 1), Throws.ArgumentException.With.Message.Contains("no pending trial 7"));
        Assert.That(() => search.Tell(trial.Id, 1, 2), Throws.ArgumentException.With.Message.Contains("1 objectives, but 2"));
        Assert.That(() => search.TellPruned(trial.Id, double.NaN), Throws.ArgumentException.With.Message.Contains("not finite"));
        search.Tell(trial.Id, double.MaxValue);
        Assert.That(() => search.Tell(trial.Id, 1), Throws.ArgumentException.With.Message.Contains("told already"));
        Assert.That(search.Best, Has.Length.EqualTo(1));
    }

    [Test]
    public void Resume_FromALogThatDoesNotFit_IsRefused()
    {
        var search = new TrialSearch(Space, new RandomSampler(), 1);
        search.Tell(search.Ask()[0].Id, 1);
        var log = search.Save();
        Assert.That(() => Resume(log with { ToldIds = [] }), Throws.ArgumentException.With.Message.Contains("order of telling"));
        Assert.That(
            () => Resume(log with { Trials = [log.Trials[0], log.Trials[0]], ToldIds = [0, 1] }),
            Throws.ArgumentException.With.Message.Contains("there twice"));
        Assert.That(
            () => Resume(log with { Trials = [log.Trials[0] with { Codes = [2.0] }] }),
            Throws.ArgumentException.With.Message.Contains("no configuration of this space"));
        Assert.That(
            () => Resume(log with { Trials = [log.Trials[0] with { Objectives = [double.NaN] }] }),
            Throws.ArgumentException.With.Message.Contains("finite objectives"));
        Assert.That(
            () => new TrialSearch(MixedProblem.Space, new RandomSampler(), log),
            Throws.ArgumentException.With.Message.Contains("5 parameters"));

        static TrialSearch Resume(TrialLog log) => new(Space, new RandomSampler(), log);
    }
}
