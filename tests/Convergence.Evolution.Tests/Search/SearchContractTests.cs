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

    [Test]
    public void Ask_ThroughARun_AsksThePopulationThenTheRestBesideTheElites()
    {
        var search = Searches.Create(algorithm, Space, new GeneticSearchOptions(), 1);
        var asked = 0;
        for (var generation = 0; generation < 50; generation++)
        {
            var batch = search.Ask();
            asked += batch.Count;
            search.Tell([.. batch.Select(genome => (double?)genome.Genes.Sum())]);
        }

        Assert.That(asked, Is.EqualTo(8 + (49 * 6)));
        Assert.That(search.Best!.Fitness, Is.GreaterThan(5));
    }
}
