using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>A model's score in one task, with every example's part in it.</summary>
public sealed record TaskResult
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    public required TaskKind Kind { get; init; }

    /// <summary>Which score <see cref="Value"/> is; see <see cref="TaskMetrics"/>.</summary>
    public required string Metric { get; init; }

    /// <summary>The score; NaN when the model's numbers are not finite.</summary>
    public required double Value { get; init; }

    /// <summary>
    /// Per example, in the task's order: 1 for right and 0 for wrong; for perplexity the sum of a block's log-probabilities, in nats.
    /// </summary>
    public required ImmutableArray<double> PerExample { get; init; }

    /// <summary>
    /// Perplexity: the scored tokens of each block, so that perplexity = exp(-sum PerExample / sum TokenCounts); else empty.
    /// </summary>
    public ImmutableArray<int> TokenCounts { get; init; } = [];

    /// <summary>All scores that the task's kind has, <see cref="Value"/> among them.</summary>
    public required ImmutableSortedDictionary<string, double> Metrics { get; init; }

    /// <summary>Tokens whose log-probability was taken, or that were predicted or generated.</summary>
    public required long ScoredTokenCount { get; init; }

    /// <summary>
    /// Exact match with <see cref="EvaluationOptions.CompletesGenerations"/>: completions that were cut off at max_new_tokens;
    /// otherwise <see langword="null"/>.
    /// </summary>
    public int? TruncatedCount { get; init; }

    public int ExampleCount => PerExample.Length;
}
