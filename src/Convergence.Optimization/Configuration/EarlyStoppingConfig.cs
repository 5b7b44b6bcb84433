namespace Convergence.Optimization.Configuration;

/// <summary>When a search that finds nothing better ends.</summary>
/// <param name="IsEnabled">Default: yes.</param>
/// <param name="Patience">Generations without improvement, from 1. Default 3.</param>
/// <param name="MinImprovement">What counts as improvement, from 0. Default 0.01.</param>
public sealed record EarlyStoppingConfig(bool IsEnabled = true, int Patience = 3, double MinImprovement = .01);
