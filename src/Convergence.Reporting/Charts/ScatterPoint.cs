namespace Convergence.Reporting;

/// <summary>A point of a <see cref="ScatterChart"/>.</summary>
public readonly record struct ScatterPoint(double X, double Y, string Tooltip);
