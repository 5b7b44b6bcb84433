namespace Convergence.Optimization.Configuration;

/// <summary>The best configuration as a file for another program.</summary>
/// <param name="Format"><c>python</c>, <c>yaml</c> or <c>json</c>.</param>
/// <param name="Path">Absolute.</param>
public sealed record BestConfigExport(string Format, string Path);
