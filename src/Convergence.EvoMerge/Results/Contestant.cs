using System.Collections.Immutable;

namespace Convergence.EvoMerge.Results;

/// <summary>A model in a comparison.</summary>
/// <param name="Name">For example <c>champion</c>, <c>reasoning</c>, <c>plain average</c>.</param>
/// <param name="Role">What it is in the run.</param>
/// <param name="Fitness">Its composite fitness in [0, 1].</param>
/// <param name="Perplexity">Perplexity over the language-modelling tasks.</param>
/// <param name="Accuracy">Mean accuracy over the scored tasks, in [0, 1].</param>
/// <param name="Tasks">Its score in every task.</param>
public sealed record Contestant(
    string Name,
    ContestantRole Role,
    double Fitness,
    double Perplexity,
    double Accuracy,
    ImmutableArray<TaskScore> Tasks);
