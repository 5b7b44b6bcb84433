namespace Convergence.EvoMerge.Fitness;

/// <summary>What running a model of one shape costs; weights do not change it.</summary>
/// <param name="TokensPerSecond">
/// Tokens scored per second: the median of several timings, or counted operations at a nominal 10^12 multiply-adds a second.
/// </param>
/// <param name="PeakBytes">
/// Bytes held at the peak of scoring: measured on the device, or counted from weights and a full key-value cache.
/// </param>
public sealed record ShapeCost(double TokensPerSecond, double PeakBytes);
