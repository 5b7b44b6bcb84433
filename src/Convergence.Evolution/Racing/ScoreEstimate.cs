namespace Convergence.Evolution.Racing;

/// <summary>A score and how far it can be trusted.</summary>
/// <param name="Value">The expected score.</param>
/// <param name="Lower">The lower end of the interval.</param>
/// <param name="Upper">The upper end of the interval.</param>
public readonly record struct ScoreEstimate(double Value, double Lower, double Upper);
