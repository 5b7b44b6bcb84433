namespace Convergence.Optimization.Runs.Events;

/// <summary>Something that a reader should know.</summary>
public sealed record Noted(string Message) : OptimizationEvent;
