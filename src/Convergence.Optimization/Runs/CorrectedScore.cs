namespace Convergence.Optimization.Runs;

/// <summary>A score with a 95 % interval that allows for the winner's having been chosen among many.</summary>
public readonly record struct CorrectedScore(double Value, double Lower, double Upper, bool IsFromHeldOutCases);
