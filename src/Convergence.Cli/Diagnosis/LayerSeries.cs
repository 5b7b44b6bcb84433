using System.Collections.Immutable;

namespace Convergence.Cli.Diagnosis;

/// <summary>One line of a plot over layers.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Values">One per layer; NaN leaves a gap.</param>
internal sealed record LayerSeries(string Name, ImmutableArray<double> Values);
