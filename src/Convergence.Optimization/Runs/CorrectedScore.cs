namespace Convergence.Optimization.Runs;

/// <summary>
/// A score with a 95 % interval that allows for the winner's having been chosen among many, estimated from all cases that it met: for
/// each, how hard it is for all configurations is reckoned with, and the score is shrunk as far as its cases are few.
/// </summary>
/// <param name="Value">From 0 to 1.</param>
/// <param name="Lower">Of the interval, from 0; without one, 0.</param>
/// <param name="Upper">Of the interval, to 1; without one, 1.</param>
/// <param name="IsFromHeldOutCases">Whether cases that the search never saw are among them.</param>
/// <param name="HeldOutMean">The mean over those cases alone, as measured, by their weights; <see langword="null"/> without them.</param>
/// <param name="HasInterval">Whether there is an interval: one case tells none.</param>
public readonly record struct CorrectedScore(
    double Value, double Lower, double Upper, bool IsFromHeldOutCases, double? HeldOutMean = null, bool HasInterval = true);
