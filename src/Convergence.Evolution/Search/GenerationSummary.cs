using System.Collections.Immutable;

namespace Convergence.Evolution.Search;

/// <summary>One line of a run's history.</summary>
/// <param name="Generation">0-based number of the generation.</param>
/// <param name="BestFitness">The best fitness so far; <see langword="null"/> while every evaluation has failed.</param>
/// <param name="MeanFitness">The mean over the valid members of the population; <see langword="null"/> when there are none.</param>
/// <param name="Diversity">The population's mean pairwise distance, in [0, 1].</param>
/// <param name="KindCounts">How many members of the population there are of each kind.</param>
/// <param name="MutationStrength">The step size that this generation was bred with, as a share of a gene's range.</param>
/// <param name="ImmigrantCount">Newcomers brought into this generation's batch to restore diversity.</param>
/// <param name="FailureCount">Evaluations of this generation that failed.</param>
public sealed record GenerationSummary(
    int Generation,
    double? BestFitness,
    double? MeanFitness,
    double Diversity,
    ImmutableArray<int> KindCounts,
    double MutationStrength,
    int ImmigrantCount,
    int FailureCount);
