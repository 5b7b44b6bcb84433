namespace Convergence.Reporting;

/// <summary>A line of a legend.</summary>
/// <param name="Text">What it names.</param>
/// <param name="Classes">The classes of its sample.</param>
/// <param name="Shape">The sample's mark; <see langword="null"/> for a stroke.</param>
public sealed record LegendEntry(string Text, string Classes, MarkerShape? Shape = null);
