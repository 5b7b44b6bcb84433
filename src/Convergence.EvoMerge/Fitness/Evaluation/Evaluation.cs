using System.Collections.Immutable;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>What merging and scoring a model gave.</summary>
/// <param name="Results">A result for every task of the split; empty when the evaluation failed.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> when it did not.</param>
/// <param name="MergeSeconds">Time spent merging.</param>
/// <param name="ScoreSeconds">Time spent loading and scoring.</param>
internal sealed record Evaluation(ImmutableArray<TaskResult> Results, string? Failure, double MergeSeconds, double ScoreSeconds)
{
    /// <summary>Whether it failed for want of memory alone: that says nothing of the model.</summary>
    public bool IsOutOfMemory { get; init; }
}
