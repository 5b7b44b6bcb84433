namespace Convergence.EvoMerge.Fitness;

/// <summary>A score in one task: what the cache keeps of an evaluation.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Metric">For example <c>perplexity</c> or <c>exact_match</c>.</param>
/// <param name="Value">The score; finite.</param>
public sealed record TaskValue(string Task, string Metric, double Value);
