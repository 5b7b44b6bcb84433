using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;
using Convergence.Testing.Statistics;

namespace Convergence.Evolution.Tests.Samplers;

/// <summary>Each sampler is worth its evaluations.</summary>
internal sealed class SamplerTests
{
    private static readonly SearchSpace Cube = new(Enumerable.Range(0, 4).Select(index => new FloatParameter($"x{index}", -2, 3)));

    [TestCase(GaussianProcessSampler.SamplerName)]
    [TestCase(TrustRegionSampler.SamplerName)]
    [TestCase(CovarianceMatrixSampler.SamplerName)]
    [TestCase(TreeParzenSampler.SamplerName)]
    [TestCase(EvolutionSampler.SamplerName)]
    [TestCase(PortfolioSampler.SamplerName)]
    public void Suggest_OnAMixedConditionalProblem_BeatsUniformDraws(string sampler)
    {
        var differences = Enumerable.Range(0, 10).Select(seed =>
            Math.Log(Best(RandomSampler.SamplerName, seed)) - Math.Log(Best(sampler, seed)));
        Assert.That(SignedRankTest.PValue(differences), Is.LessThan(0.01));

        static double Best(string name, int seed) => MixedProblem.BestAfter(
            new TrialSearch(MixedProblem.Space, SamplerKinds.Create(name, (ulong)seed), (ulong)seed), 80);
    }

    [TestCase(null, .9)]
    [TestCase(20, .9)]
    [TestCase(0, .1)]
    public void Suggest_OfElites_BreedsFromTheBestOrTheNewest(int? elites, double expected)
    {
        var space = new SearchSpace([new FloatParameter("x", 0, 1)]);
        var options = new EvolutionOptions { EliteSize = elites, MutationStrength = .001 };
        var initial = Enumerable.Range(0, 40).Select(index => space.FromUnit([(index < 20 ? .9 : .1) + (index * 1e-4)]));
        var search = new TrialSearch(space, new EvolutionSampler(options), 1, initial: [.. initial]);
        for (var index = 0; index < 40; index++)
        {
            search.Tell(search.Ask()[0].Id, index < 20 ? 0 : 1);
        }

        Assert.That(search.Ask()[0].Configuration.Codes[0], Is.EqualTo(expected).Within(.05));
    }

    // The bowl's mean is about 190; 400 uniform draws leave about 10.
    [TestCase(GaussianProcessSampler.SamplerName, 60, 0.2)]
    [TestCase(TrustRegionSampler.SamplerName, 60, 0.2)]
    [TestCase(PortfolioSampler.SamplerName, 100, 0.1)]
    [TestCase(CovarianceMatrixSampler.SamplerName, 500, 1e-4)]
    [TestCase(EvolutionSampler.SamplerName, 400, 0.2)]
    [TestCase(TreeParzenSampler.SamplerName, 400, 2)]
    public void Suggest_OnAnIllConditionedBowl_FindsItsBottom(string sampler, int budget, double tolerance)
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var search = new TrialSearch(Cube, SamplerKinds.Create(sampler, seed), seed, [Direction.Maximize]);
            for (var index = 0; index < budget; index++)
            {
                var trial = search.Ask()[0];
                search.Tell(trial.Id, -trial.Configuration.Codes.Select((x, i) => Math.Pow(4, i) * (x - 0.7) * (x - 0.7)).Sum());
            }

            Assert.That(-search.Best[0].Objectives[0], Is.LessThan(tolerance), $"seed {seed}");
        }
    }

    [Test]
    public void Suggest_FromAPortfolio_TurnsToTheMemberThatImproves()
    {
        var portfolio = new PortfolioSampler([new RandomSampler(), new TrustRegionSampler()]);
        var search = new TrialSearch(Cube, portfolio, 3);
        for (var index = 0; index < 80; index++)
        {
            var trial = search.Ask()[0];
            search.Tell(trial.Id, trial.Configuration.Codes.Sum(x => (x - 0.7) * (x - 0.7)));
        }

        Assert.That(search.History.Trials.Skip(20).Count(trial => trial.Origin == TrustRegionSampler.SamplerName), Is.GreaterThan(40));
        Assert.That(search.History.Trials.Select(trial => trial.Origin).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Point_OfTheQuasiRandomSequence_FillsEveryIntervalOfItsBase()
    {
        var sampler = new QuasiRandomSampler(7);
        var points = Enumerable.Range(0, 36).Select(index => sampler.Point(index, 2)).ToArray();
        Assert.That(points.Take(32).Select(point => (int)(point[0] * 32)), Is.Unique);
        Assert.That(points.Take(27).Select(point => (int)(point[1] * 27)), Is.Unique);
        Assert.That(points.Select(point => ((int)(point[0] * 4), (int)(point[1] * 9))), Is.Unique, "the two bases together");
    }

    [Test]
    public void Construct_BadOptions_NamesThem()
    {
        Assert.That(
            () => new EvolutionSampler(new EvolutionOptions { PopulationSize = 1, MutationRate = 2 }),
            Throws.ArgumentException.With.Message.Contains("PopulationSize is 1").And.Message.Contains(
                "MutationRate is 2; it must lie in [0, 1]."));
        Assert.That(() => new PortfolioSampler([]), Throws.ArgumentException);
        Assert.That(() => new PortfolioSampler([new RandomSampler(), new RandomSampler()]), Throws.ArgumentException);
    }
}
