namespace Convergence.Optimization.Runs;

/// <summary>What a run spent.</summary>
public sealed record SpendSummary(decimal Dollars, long Calls, long Tokens, long ReplayedCalls, TimeSpan Duration);
