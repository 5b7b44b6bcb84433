namespace Convergence.Optimization.Runs.Events;

/// <summary>A run begins, or goes on.</summary>
public sealed record RunStarted(string RunId, RunForecast Forecast, int ReplayedConfigurations) : OptimizationEvent;
