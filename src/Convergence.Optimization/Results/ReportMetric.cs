namespace Convergence.Optimization.Results;

/// <summary>A metric as reports name it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its share in the score, from 0.</param>
public sealed record ReportMetric(string Name, double Weight);
