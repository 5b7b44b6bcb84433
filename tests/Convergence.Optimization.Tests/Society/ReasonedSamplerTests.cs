using System.Collections.Immutable;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;
using Convergence.Optimization.Society;

namespace Convergence.Optimization.Tests.Society;

public class ReasonedSamplerTests
{
    private static readonly SearchSpace Space = new([new FloatParameter("x", 0, 1)]);

    [Test]
    public void Ask_WithoutProposals_IsPassedOverForTheOthersOfThePortfolio()
    {
        var search = Search(new ReasonedSampler());

        Assert.That(Origins(search, 12), Is.All.EqualTo(RandomSampler.SamplerName));
    }

    [Test]
    public void Ask_WithProposals_TriesEachOnce()
    {
        var sampler = new ReasonedSampler();
        var search = Search(sampler);
        sampler.Offer([Space.FromUnit([.25]), Space.FromUnit([.25]), Space.FromUnit([.75])]);

        Assert.That(Origins(search, 40).Count(origin => origin == ReasonedSampler.SamplerName), Is.EqualTo(2));
    }

    private static TrialSearch Search(ReasonedSampler sampler) =>
        new(Space, new PortfolioSampler([new RandomSampler(), sampler]), 3, [Direction.Maximize]);

    // All trials fail to improve: a member whose turns are not counted would be chosen more and more.
    private static ImmutableArray<string> Origins(TrialSearch search, int count)
    {
        var origins = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < count; i++)
        {
            var trial = search.Ask().Single();
            search.Tell(trial.Id, -i);
            origins.Add(trial.Origin);
        }

        return origins.ToImmutable();
    }
}
