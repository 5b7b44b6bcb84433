namespace Convergence.Optimization.Runs.Events;

/// <summary>One call ended.</summary>
public sealed record CaseFinished(int ConfigurationId, CaseOutcome Outcome, bool IsReplayed) : OptimizationEvent;
