using System.Collections.Immutable;
using Convergence.Evolution.Search;
using Convergence.Evolution.Tests.Search;
using Convergence.Testing.Statistics;

namespace Convergence.Evolution.Tests.Landscapes;

/// <summary>At equal numbers of evaluations the default search beats both baselines, landscape by landscape, over the same seeds.</summary>
internal sealed class PlantedLandscapesTests
{
    private const int SeedCount = 10;
    private const int Generations = 50;

    [TestCaseSource(typeof(PlantedLandscapes), nameof(PlantedLandscapes.Names))]
    public void DefaultSearch_AtEqualEvaluations_BeatsBothBaselines(string landscape)
    {
        var genetic = Finals("genetic", landscape);
        foreach (var rival in new[] { "random", "plain" })
        {
            var other = Finals(rival, landscape);
            var gains = genetic.Zip(other, (ours, theirs) => ours - theirs).ToArray();
            var p = SignedRankTest.PValue(gains);
            TestContext.Out.WriteLine($"{landscape}: genetic {genetic.Average():F3}, {rival} {other.Average():F3}, p = {p:F4}");
            Assert.That(gains.Average(), Is.Positive, $"mean gain over {rival}");
            Assert.That(p, Is.LessThan(0.05), $"gains over {rival}: {string.Join(' ', gains.Select(gain => gain.ToString("F3")))}");
        }
    }

    [TestCaseSource(typeof(PlantedLandscapes), nameof(PlantedLandscapes.Names))]
    public void Fitness_OfSamples_NeverExceedsThePlantedOptimum(string name)
    {
        var landscape = PlantedLandscapes.Create(name, 77);
        var search = new RandomSearch<KindedGenome>(landscape.Space, new GeneticSearchOptions { PopulationSize = 2000 }, 1);
        SearchRun.Continue(search, landscape.Fitness, 1);
        Assert.That(search.Best!.Fitness, Is.InRange(0.4, 1));
    }

    private static ImmutableArray<double> Finals(string algorithm, string landscapeName) =>
        [.. Enumerable.Range(0, SeedCount).Select(seed =>
        {
            var landscape = PlantedLandscapes.Create(landscapeName, (ulong)(1000 + seed));
            var search = Searches.Create(algorithm, landscape.Space, new GeneticSearchOptions(), (ulong)seed);
            var evaluations = 0;
            SearchRun.Continue(search, Counted, Generations);
            Assert.That(evaluations, Is.EqualTo(8 + (49 * 6)));
            return search.Best!.Fitness!.Value;

            double? Counted(KindedGenome genome)
            {
                evaluations++;
                return landscape.Fitness(genome);
            }
        })];
}
