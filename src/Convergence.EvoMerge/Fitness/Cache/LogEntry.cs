namespace Convergence.EvoMerge.Fitness.Cache;

/// <summary>A line of the evaluation log: exactly one of its parts is there.</summary>
/// <param name="Score">An evaluation.</param>
/// <param name="Cost">A measurement.</param>
internal sealed record LogEntry(CachedScore? Score = null, CachedCost? Cost = null);
