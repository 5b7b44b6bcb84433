using Convergence.Evolution.Search;

namespace Convergence.Evolution.Tests.Search;

/// <summary>The algorithms under test, by name.</summary>
internal static class Searches
{
    public static ISearch<TGenome> Create<TGenome>(
        string algorithm, IGenomeSpace<TGenome> space, GeneticSearchOptions options, ulong seed) =>
        algorithm switch
        {
            "genetic" => new GeneticSearch<TGenome>(space, options, seed),
            "plain" => new PlainGeneticSearch<TGenome>(space, options, seed),
            "random" => new RandomSearch<TGenome>(space, options, seed),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such search."),
        };

    public static ISearch<TGenome> Resume<TGenome>(
        string algorithm, IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchState<TGenome> state) =>
        algorithm switch
        {
            "genetic" => new GeneticSearch<TGenome>(space, options, state),
            "plain" => new PlainGeneticSearch<TGenome>(space, options, state),
            "random" => new RandomSearch<TGenome>(space, options, state),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such search."),
        };
}
