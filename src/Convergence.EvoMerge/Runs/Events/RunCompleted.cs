namespace Convergence.EvoMerge.Runs;

/// <summary>The run has ended.</summary>
/// <param name="Outcome">How.</param>
public sealed record RunCompleted(RunOutcome Outcome) : RunEvent;
