namespace Convergence.Optimization.Runs.Events;

/// <summary>The run ended.</summary>
public sealed record RunFinished(OptimizationResult Result) : OptimizationEvent;
