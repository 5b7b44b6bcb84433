namespace Convergence.Optimization.Calls.Spending;

/// <summary>How much a run may spend; <see langword="null"/> means without a limit.</summary>
/// <param name="Dollars">US dollars, from 0.</param>
/// <param name="Calls">Calls, failed ones and repeated attempts among them, from 0.</param>
/// <param name="Tokens">Tokens in and out, from 0.</param>
/// <param name="Duration">Time from the run's beginning.</param>
public sealed record SpendLimits(decimal? Dollars = null, long? Calls = null, long? Tokens = null, TimeSpan? Duration = null);
