using System.Collections.Immutable;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Search;

/// <summary>
/// What a search must know about the things it breeds, and all it knows about them. Genomes are immutable values; every
/// operator is a pure function of its arguments and the random draws it takes.
/// </summary>
/// <typeparam name="TGenome">An immutable genome.</typeparam>
public interface IGenomeSpace<TGenome>
{
    /// <summary>How many kinds of genome there are (merge techniques, say); at least 1. A kind is the bandit's arm.</summary>
    int KindCount { get; }

    /// <summary>Genomes worth trying first, in order of promise: defaults, known good recipes. May be empty. Those that find no place
    /// in generation 0 are asked by the genetic search when it first turns to their kind.</summary>
    IReadOnlyList<TGenome> Seeds { get; }

    /// <summary>The kind of a genome, in [0, <see cref="KindCount"/>).</summary>
    int KindOf(TGenome genome);

    /// <summary>
    /// The genes as numbers, each divided by its range into [0, 1] (a discrete gene: its index / (choices - 1)): what a model of the
    /// fitness is fitted to. All genomes of one kind have equally many, in one order; it may be none.
    /// </summary>
    ImmutableArray<double> GenesOf(TGenome genome);

    /// <summary>A uniformly drawn genome of one kind.</summary>
    TGenome Sample(int kind, SearchRandom random);

    /// <summary>A child of two parents. Its kind is one of theirs.</summary>
    TGenome Cross(TGenome first, TGenome second, SearchRandom random);

    /// <summary>
    /// A neighbour: each gene moves with probability <paramref name="rate"/> by a step whose standard deviation is
    /// <paramref name="strength"/> of the gene's range. At least one gene moves.
    /// </summary>
    TGenome Mutate(TGenome genome, double rate, double strength, SearchRandom random);

    /// <summary>The same genome expressed as a kind that is not its own, as far as its genes have a meaning there.</summary>
    TGenome ChangeKind(TGenome genome, int kind, SearchRandom random);

    /// <summary>A distance on genomes normalised to [0, 1]; 0 for equal ones; symmetric.</summary>
    double Distance(TGenome first, TGenome second);

    /// <summary>A text that is equal exactly when two genomes mean the same.</summary>
    string Fingerprint(TGenome genome);
}
