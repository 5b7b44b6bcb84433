using Convergence.Evolution.Search;
using Convergence.EvoMerge.Genomes;
using Convergence.Testing.Statistics;

namespace Convergence.EvoMerge.Tests.Runs;

/// <summary>
/// On the shipped models, as on planted landscapes, the default search beats both baselines at equal numbers of evaluations, over the same
/// seeds. Merges and scores are real; only the fitness is cheap, so that 2 400 evaluations fit into a test.
/// </summary>
internal sealed class SearchComparisonTests
{
    private const int SeedCount = 10;
    private const int Generations = 13;

    /// <summary>Documents of each task: 15 in all, about four hundred tokens.</summary>
    private const int ExamplesPerTask = 5;

    [Test]
    public void DefaultSearch_OnTheShippedModelsAtEqualEvaluations_BeatsBothBaselines()
    {
        using var landscape = new ShippedLandscape(ExamplesPerTask);
        var (space, options) = (landscape.Space, new GeneticSearchOptions());
        ISearch<MergeGenome>[] genetic = [.. Seeds().Select(seed => new GeneticSearch<MergeGenome>(space, options, seed))];
        ISearch<MergeGenome>[] plain = [.. Seeds().Select(seed => new PlainGeneticSearch<MergeGenome>(space, options, seed))];
        ISearch<MergeGenome>[] random = [.. Seeds().Select(seed => new RandomSearch<MergeGenome>(space, options, seed))];

        var evaluations = landscape.Run([.. genetic, .. plain, .. random], Generations);

        TestContext.Out.WriteLine($"{landscape.ScoredCount} recipes merged and scored");
        Assert.That(evaluations, Is.All.EqualTo(8 + (12 * 6)));
        AssertBeats(genetic, random, "random search");
        AssertBeats(genetic, plain, "the plain genetic algorithm");
    }

    private static IEnumerable<ulong> Seeds() => Enumerable.Range(1, SeedCount).Select(seed => (ulong)seed);

    private static void AssertBeats(ISearch<MergeGenome>[] searches, ISearch<MergeGenome>[] rivals, string rivalName)
    {
        var ours = searches.Select(search => search.Best!.Fitness!.Value).ToArray();
        var theirs = rivals.Select(search => search.Best!.Fitness!.Value).ToArray();
        var gains = ours.Zip(theirs, (own, other) => own - other).ToArray();
        var p = SignedRankTest.PValue(gains);
        var list = string.Join(' ', gains.Select(gain => gain.ToString("F5")));
        TestContext.Out.WriteLine($"default {ours.Average():F5}, {rivalName} {theirs.Average():F5}, p = {p:F4}; gains by seed: {list}");
        Assert.That(gains.Average(), Is.Positive, $"mean gain over {rivalName}");
        Assert.That(p, Is.LessThan(0.05), $"gains over {rivalName}: {list}");
    }
}
