namespace Convergence.Optimization.Runs.Events;

/// <summary>Something that happened in a run, for displays, logs and embedding programs.</summary>
public abstract record OptimizationEvent;
