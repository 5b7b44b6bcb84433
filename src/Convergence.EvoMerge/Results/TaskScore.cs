namespace Convergence.EvoMerge.Results;

/// <summary>A model's score in one task, with the 95 % bootstrap interval of the score itself.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Metric">For example <c>exact_match</c>, <c>perplexity</c>, <c>acc_norm</c>.</param>
/// <param name="Value">The score.</param>
/// <param name="Lower95">The interval's lower end.</param>
/// <param name="Upper95">The interval's upper end.</param>
/// <param name="ExampleCount">Examples scored.</param>
public sealed record TaskScore(string Task, string Metric, double Value, double Lower95, double Upper95, int ExampleCount);
