using System.Collections.Immutable;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Search;

/// <summary>The whole state of a search, as plain data: what a checkpoint stores.</summary>
/// <param name="Generation">Generations told so far.</param>
/// <param name="Random">The generator's state.</param>
/// <param name="Population">The population, best first.</param>
/// <param name="Best">The best individual ever told.</param>
/// <param name="PendingBatch">A batch that was asked for and not yet told; empty when there is none.</param>
/// <param name="KindSuccesses">The bandit's successes (alpha - 1), kind by kind.</param>
/// <param name="KindFailures">The bandit's failures (beta - 1), kind by kind.</param>
/// <param name="MutationStrength">The step size in force.</param>
/// <param name="Memory">Further numbers that a particular algorithm keeps, by name.</param>
public sealed record SearchState<TGenome>(
    int Generation,
    SearchRandomState Random,
    ImmutableArray<Individual<TGenome>> Population,
    Individual<TGenome>? Best,
    ImmutableArray<TGenome> PendingBatch,
    ImmutableArray<double> KindSuccesses,
    ImmutableArray<double> KindFailures,
    double MutationStrength,
    ImmutableSortedDictionary<string, double> Memory);
