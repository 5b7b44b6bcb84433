using Convergence.Evolution.Pareto;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Tests.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Tests.Pareto;

internal sealed class NondominatedSortingTests
{
    private static readonly double[][] Losses = [[1, 5], [5, 1], [3, 3], [4, 4], [6, 6], [3, 3], [2.9, 4.5]];

    [Test]
    public void Fronts_OfKnownLosses_ArePeeledOffOneByOne() =>
        Assert.That(NondominatedSorting.Fronts(Losses), Is.EqualTo(new[] { 0, 0, 0, 1, 2, 0, 0 }));

    [Test]
    public void CrowdingDistances_OfOneFront_AreTheSharesBetweenNeighbours() => Assert.That(
        NondominatedSorting.CrowdingDistances([[0, 4], [1, 2], [4, 0]]),
        Is.EqualTo(new[] { double.PositiveInfinity, 2.0, double.PositiveInfinity }));

    [Test]
    public void Order_PutsFrontsFirstAndLonelyMembersBeforeOthers()
    {
        var order = NondominatedSorting.Order(Losses);
        Assert.That(order.Take(2), Is.EquivalentTo(new[] { 0, 1 }));
        Assert.That(order.Skip(5), Is.EqualTo(new[] { 3, 4 }));
    }

    /// <summary>ZDT1 of six parameters: the front is f2 = 1 - sqrt(f1), its hypervolume to (1.1, 1.1) is 0.871.</summary>
    [TestCase(NondominatedSortingSampler.SamplerName, 600, 0.72)]
    [TestCase(PortfolioSampler.SamplerName, 100, 0.72)]
    [TestCase(RandomSampler.SamplerName, 600, 0)]
    public void Search_OnZdt1_ApproachesTheFrontAsRandomDoesNot(string sampler, int budget, double least)
    {
        var space = new SearchSpace(Enumerable.Range(0, 6).Select(index => new FloatParameter($"x{index}", 0, 1)));
        var search = new TrialSearch(space, SamplerKinds.Create(sampler), 1, [Direction.Minimize, Direction.Minimize]);
        for (var index = 0; index < budget; index++)
        {
            var trial = search.Ask()[0];
            var x = trial.Configuration.Codes;
            var g = 1 + (9 * x.Skip(1).Average());
            search.Tell(trial.Id, x[0], g * (1 - Math.Sqrt(x[0] / g)));
        }

        var volume = Hypervolume.Of([.. search.Best.Select(trial => trial.Objectives.ToArray())], [1.1, 1.1]);
        Assert.That(volume, sampler == RandomSampler.SamplerName ? Is.LessThan(0.4) : Is.GreaterThan(least));
    }
}
