using System.Collections.Immutable;

namespace Convergence.Evolution.Search;

/// <summary>
/// Uniform random search over kinds and genes (Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012): the
/// baseline that any other search must beat. It asks in the same rhythm as the others, the space's seeds first.
/// </summary>
/// <typeparam name="TGenome">An immutable genome.</typeparam>
public sealed class RandomSearch<TGenome> : GenerationalSearch<TGenome>
{
    /// <summary>A new search. Of the options it heeds the population size and the elite size.</summary>
    public RandomSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, ulong seed)
        : base(space, options, seed)
    {
    }

    /// <summary>Goes on from a saved state as if it had never stopped.</summary>
    public RandomSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchState<TGenome> state)
        : base(space, options, state)
    {
    }

    private protected override ImmutableArray<Candidate<TGenome>> Breed(ImmutableArray<Individual<TGenome>> elites, int count) =>
        Samples(count);
}
