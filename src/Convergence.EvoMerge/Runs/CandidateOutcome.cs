using Convergence.EvoMerge.Fitness.Cache;

namespace Convergence.EvoMerge.Runs;

/// <summary>What became of a candidate.</summary>
/// <param name="Score">Its scores, from the cache or just made.</param>
/// <param name="Fitness">Its fitness; <see langword="null"/> when it failed.</param>
/// <param name="IsHit">Whether this run knew its scores before.</param>
internal sealed record CandidateOutcome(CachedScore Score, double? Fitness, bool IsHit);
