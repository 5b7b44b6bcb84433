using System.Collections.Immutable;
using Convergence.Evolution.Selection;

namespace Convergence.Evolution.Search;

/// <summary>
/// The textbook generational genetic algorithm (Goldberg, "Genetic algorithms in search, optimization, and machine learning",
/// 1989): tournaments on the raw fitness, elitism, crossover, mutation of fixed rate and strength, and a uniform change of kind at
/// the mutation rate. No bandit, no diversity, no adaptation, no model: the baseline of <see cref="GeneticSearch{TGenome}"/>.
/// </summary>
/// <typeparam name="TGenome">An immutable genome.</typeparam>
public sealed class PlainGeneticSearch<TGenome> : GenerationalSearch<TGenome>
{
    /// <summary>A new search. Of the options it heeds the sizes and rates, not those of diversity, adaptation, bandit and model.</summary>
    public PlainGeneticSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, ulong seed)
        : base(space, options, seed)
    {
    }

    /// <summary>Goes on from a saved state as if it had never stopped.</summary>
    public PlainGeneticSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchState<TGenome> state)
        : base(space, options, state)
    {
    }

    private protected override ImmutableArray<Candidate<TGenome>> Breed(ImmutableArray<Individual<TGenome>> elites, int count)
    {
        var ranks = Ranking.LinearRanks(Population);
        var batch = ImmutableArray.CreateBuilder<Candidate<TGenome>>(count);
        while (batch.Count < count)
        {
            batch.Add(BreedOne(ranks));
        }

        return batch.MoveToImmutable();
    }

    private Candidate<TGenome> BreedOne(double[] ranks)
    {
        var first = Population[Tournament.Select(ranks, Options.TournamentSize, Random)];
        var (child, parentFitness) = (first.Genome, first.Fitness);
        if (Random.NextBoolean(Options.CrossoverRate))
        {
            var second = Population[Tournament.Select(ranks, Options.TournamentSize, Random)];
            child = Space.Cross(first.Genome, second.Genome, Random);
            parentFitness = Ranking.Better(first.Fitness, second.Fitness);
        }

        var kind = Random.NextBoolean(Options.MutationRate) ? Random.Next(Space.KindCount) : Space.KindOf(child);
        var changesKind = kind != Space.KindOf(child);
        if (changesKind)
        {
            child = Space.ChangeKind(child, kind, Random);
        }

        child = Space.Mutate(child, Options.MutationRate, Options.MutationStrength, Random);
        return new Candidate<TGenome>(child, changesKind ? CandidateOrigin.KindChange : CandidateOrigin.Child, parentFitness);
    }
}
