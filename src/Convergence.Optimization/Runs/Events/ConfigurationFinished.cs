namespace Convergence.Optimization.Runs.Events;

/// <summary>A configuration was scored, given up or found unusable.</summary>
public sealed record ConfigurationFinished(ConfigurationOutcome Outcome, double? BestScore) : OptimizationEvent;
