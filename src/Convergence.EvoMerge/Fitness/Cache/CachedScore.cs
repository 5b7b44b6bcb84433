using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Convergence.EvoMerge.Fitness.Cache;

/// <summary>The outcome of an evaluation, under the hash of everything that decides it.</summary>
/// <param name="Key">See <see cref="ScoreKey"/>.</param>
/// <param name="Tasks">The scores of the search split's tasks; empty when the evaluation failed.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> when it did not.</param>
/// <param name="MergeSeconds">Time spent merging.</param>
/// <param name="ScoreSeconds">Time spent scoring.</param>
public sealed record CachedScore(
    string Key,
    ImmutableArray<TaskValue> Tasks,
    string? Failure,
    double MergeSeconds,
    double ScoreSeconds)
{
    /// <summary>
    /// Whether it is written down and found again; not where memory ran short, which may be otherwise the next time.
    /// </summary>
    [JsonIgnore]
    public bool IsKept { get; init; } = true;
}
