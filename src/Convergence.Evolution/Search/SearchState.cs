using System.Collections.Immutable;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Search;

/// <summary>The whole state of a search, as plain data: what a checkpoint stores.</summary>
/// <param name="Generation">Generations told so far.</param>
/// <param name="Random">The generator's state.</param>
/// <param name="Population">The population, best first.</param>
/// <param name="Best">The best individual ever told.</param>
/// <param name="PendingBatch">A batch that was asked for and not yet told; empty when there is none.</param>
/// <param name="KindSuccesses">The bandit's successes (alpha - 1), kind by kind; empty in a search without a bandit.</param>
/// <param name="KindFailures">The bandit's failures (beta - 1), kind by kind; empty in a search without a bandit.</param>
/// <param name="MutationStrength">The step size in force, as a share of a gene's range.</param>
/// <param name="Archive">What has been told, oldest first, as far as the search remembers; empty in a search without a memory.</param>
public sealed record SearchState<TGenome>(
    int Generation,
    SearchRandomState Random,
    ImmutableArray<Individual<TGenome>> Population,
    Individual<TGenome>? Best,
    ImmutableArray<Candidate<TGenome>> PendingBatch,
    ImmutableArray<double> KindSuccesses,
    ImmutableArray<double> KindFailures,
    double MutationStrength,
    ImmutableArray<Individual<TGenome>> Archive);
