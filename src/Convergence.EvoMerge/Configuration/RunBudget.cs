namespace Convergence.EvoMerge.Configuration;

/// <summary>Where a run stops at the latest. A run that a budget ends has <c>StopReason.Budget</c>.</summary>
/// <param name="Evaluations">Candidates merged and scored, cache hits not counted; <see langword="null"/>: no limit.</param>
/// <param name="Minutes">
/// Wall time, resumed parts included, looked at between generations and after the first; <see langword="null"/>: no limit.
/// </param>
public sealed record RunBudget(int? Evaluations = null, double? Minutes = null);
