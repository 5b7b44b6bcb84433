using System.Collections.Immutable;
using Convergence.Evolution.Search;
using Convergence.Evolution.Tests.Landscapes;

namespace Convergence.Evolution.Tests.Search;

internal sealed class GeneticSearchTests
{
    private static readonly KindedSpace Space = new(4, 8);

    private static readonly TestCaseData<GeneticSearchOptions>[] ChangedOptions =
    [
        new(new GeneticSearchOptions { PopulationSize = 9 }) { TestName = "{m}(PopulationSize)" },
        new(new GeneticSearchOptions { EliteSize = 1 }) { TestName = "{m}(EliteSize)" },
        new(new GeneticSearchOptions { TournamentSize = 2 }) { TestName = "{m}(TournamentSize)" },
        new(new GeneticSearchOptions { MutationRate = 0.3 }) { TestName = "{m}(MutationRate)" },
        new(new GeneticSearchOptions { MutationStrength = 0.1 }) { TestName = "{m}(MutationStrength)" },
        new(new GeneticSearchOptions { CrossoverRate = 0.2 }) { TestName = "{m}(CrossoverRate)" },
        new(new GeneticSearchOptions { DiversityWeight = 0.9 }) { TestName = "{m}(DiversityWeight)" },
        new(new GeneticSearchOptions { MinDiversity = 0.45 }) { TestName = "{m}(MinDiversity)" },
        new(new GeneticSearchOptions { AdaptiveMutation = false }) { TestName = "{m}(AdaptiveMutation)" },
        new(new GeneticSearchOptions { KindBandit = false }) { TestName = "{m}(KindBandit)" },
        new(new GeneticSearchOptions { KindExploration = 0.1 }) { TestName = "{m}(KindExploration)" },
        new(new GeneticSearchOptions { ModelAssistance = false }) { TestName = "{m}(ModelAssistance)" },
    ];

    [TestCaseSource(nameof(ChangedOptions))]
    public void Run_OneOptionChanged_AsksOtherGenomes(GeneticSearchOptions options)
    {
        Assert.That(Asked(options), Is.Not.EqualTo(Asked(new GeneticSearchOptions())));

        static KindedGenome[] Asked(GeneticSearchOptions options)
        {
            var search = new GeneticSearch<KindedGenome>(Space, options, 3);
            SearchRun.Continue(search, Bowl, 12);
            return [.. search.Save().Archive.Select(member => member.Genome)];
        }
    }

    [Test]
    public void Run_OnALandscapeThatCollapses_StaysAboveTheMinimumDiversity([Values(0.1, 0.2, 0.35)] double minimum)
    {
        var collapsed = Run(0);
        Assert.That(collapsed.Skip(20).Average(summary => summary.Diversity), Is.LessThan(0.1));
        Assert.That(collapsed.Select(summary => summary.ImmigrantCount), Is.All.Zero);

        var kept = Run(minimum);
        Assert.That(kept.Select(summary => summary.Diversity), Is.All.GreaterThanOrEqualTo(minimum));
        Assert.That(kept.Sum(summary => summary.ImmigrantCount), Is.Positive);

        static ImmutableArray<GenerationSummary> Run(double minimum)
        {
            var options = new GeneticSearchOptions { MinDiversity = minimum };
            return SearchRun.Continue(new GeneticSearch<KindedGenome>(new KindedSpace(1, 8), options, 5), Bowl, 40);
        }
    }

    [Test]
    public void Run_MinimumDiversityOutOfReach_StillBreedsOneChildAGeneration()
    {
        var search = new GeneticSearch<KindedGenome>(Space, new GeneticSearchOptions { MinDiversity = 1 }, 5);
        Assert.That(SearchRun.Continue(search, Bowl, 10).Skip(1).Select(summary => summary.ImmigrantCount), Is.All.EqualTo(5));
    }

    [Test]
    public void Run_OnFewGenomes_AsksNothingTwice()
    {
        // 2 kinds x 6^3 = 432 genomes, of which 302 are asked, most of them around one peak.
        var search = new GeneticSearch<KindedGenome>(new KindedSpace(2, 3, null, 6), new GeneticSearchOptions(), 2);
        SearchRun.Continue(search, Bowl, 30);
        var asked = search.Save().Archive.Select(member => member.Genome).ToArray();
        Assert.That(asked, Has.Length.EqualTo(8 + (29 * 6)));
        Assert.That(asked, Is.Unique);
    }

    [Test]
    public void Run_MoreGenerationsThanGenomes_EndsAllTheSame()
    {
        var search = new GeneticSearch<KindedGenome>(new KindedSpace(2, 1, null, 2), new GeneticSearchOptions(), 2);
        SearchRun.Continue(search, Bowl, 10);
        Assert.That(search.Best!.Fitness, Is.EqualTo(Bowl(new KindedGenome(1, [1]))));
    }

    [Test]
    public void Run_OnConstantFitness_LearnsNothingAndBreaksNothing()
    {
        var search = new GeneticSearch<KindedGenome>(Space, new GeneticSearchOptions(), 2);
        var history = SearchRun.Continue(search, _ => 0.5, 20);
        Assert.That(history.Select(summary => summary.BestFitness), Is.All.EqualTo(0.5));
        Assert.That(history[^1].MutationStrength, Is.LessThan(0.05), "no child beats its parents: steps shrink");
    }

    [Test]
    public void Run_OneKindBetterThanTheRest_TurnsToIt()
    {
        var search = new GeneticSearch<KindedGenome>(Space, new GeneticSearchOptions(), 2);
        var history = SearchRun.Continue(search, genome => Bowl(genome) + (genome.Kind == 2 ? 1 : 0), 40);
        Assert.That(history.Skip(10).Average(summary => summary.KindCounts[2]), Is.GreaterThan(8 * 0.4));
        Assert.That(search.Best!.Genome.Kind, Is.EqualTo(2));
    }

    [Test]
    public void Run_AdaptiveMutation_MovesTheStepSizeAndOffHoldsIt()
    {
        var adaptive = SearchRun.Continue(new GeneticSearch<KindedGenome>(Space, new GeneticSearchOptions(), 2), Bowl, 20);
        Assert.That(adaptive.Select(summary => summary.MutationStrength).Distinct().Count(), Is.GreaterThan(5));

        var options = new GeneticSearchOptions { AdaptiveMutation = false };
        var held = SearchRun.Continue(new GeneticSearch<KindedGenome>(Space, options, 2), Bowl, 20);
        Assert.That(held.Select(summary => summary.MutationStrength), Is.All.EqualTo(0.05));
    }

    [Test]
    public void Run_MoreSeedsThanPlaces_AsksTheRestWhenItTurnsToTheirKind()
    {
        ImmutableArray<KindedGenome> seeds =
            [.. Enumerable.Range(0, 12).Select(index => new KindedGenome(index % 4, [.. Enumerable.Repeat(index / 12.0, 8)]))];
        var search = new GeneticSearch<KindedGenome>(new KindedSpace(4, 8, seeds), new GeneticSearchOptions(), 2);
        SearchRun.Continue(search, Bowl, 1);
        Assert.That(search.Save().Archive.Select(member => member.Genome), Is.EqualTo(seeds.Take(8)));
        SearchRun.Continue(search, Bowl, 15);
        Assert.That(search.Save().Archive.Select(member => member.Genome).Intersect(seeds).Count(), Is.EqualTo(12));
    }

    [Test]
    public void Resume_StateOfAnotherSearch_IsRefused()
    {
        var options = new GeneticSearchOptions();
        var plain = new PlainGeneticSearch<KindedGenome>(Space, options, 1);
        var other = new GeneticSearch<KindedGenome>(new KindedSpace(3, 8), options, 1);
        Assert.That(() => new GeneticSearch<KindedGenome>(Space, options, plain.Save()), Throws.ArgumentException);
        Assert.That(
            () => new GeneticSearch<KindedGenome>(Space, options, other.Save()),
            Throws.ArgumentException.With.Message.Contains("genetic search over 4 kinds"));
    }

    private static double? Bowl(KindedGenome genome) =>
        (0.1 * genome.Kind) - genome.Genes.Select(gene => (gene - 0.7) * (gene - 0.7)).Sum();
}
