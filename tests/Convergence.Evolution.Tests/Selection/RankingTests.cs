using Convergence.Evolution.Search;
using Convergence.Evolution.Selection;

namespace Convergence.Evolution.Tests.Selection;

internal sealed class RankingTests
{
    [Test]
    public void BestFirst_WithTiesAndFailures_KeepsTheOrderOfEqualsAndPutsFailuresLast()
    {
        var ordered = Ranking.BestFirst(Members(1, null, 3, 1, -2));
        Assert.That(ordered.Select(member => member.Genome), Is.EqualTo(new[] { 2, 0, 3, 4, 1 }));
    }

    [Test]
    public void LinearRanks_WithTiesAndFailures_SharesRanksAndGivesFailuresNone()
    {
        var ranks = Ranking.LinearRanks(Ranking.BestFirst(Members(1, null, 3, 1)));
        Assert.That(ranks, Is.EqualTo(new[] { 1, 0.625, 0.625, 0 }));
    }

    [Test]
    public void LinearRanks_OfAnyScale_AreTheSame() =>
        Assert.That(Ranking.LinearRanks(Members(1e9, 5, -1e-9)), Is.EqualTo(Ranking.LinearRanks(Members(3, 2, 1))));

    [TestCase(1.0, 2.0, 2.0)]
    [TestCase(null, -1.0, -1.0)]
    [TestCase(-1.0, null, -1.0)]
    [TestCase(null, null, null)]
    public void Better_OfTwo_IsTheHigherValidOne(double? first, double? second, double? expected) =>
        Assert.That(Ranking.Better(first, second), Is.EqualTo(expected));

    private static Individual<int>[] Members(params double?[] fitness) =>
        [.. fitness.Select((value, index) => new Individual<int>(index, value, 0))];
}
