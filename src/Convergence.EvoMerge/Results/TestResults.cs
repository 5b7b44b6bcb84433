using System.Collections.Immutable;

namespace Convergence.EvoMerge.Results;

/// <summary>The honest comparison: a split that the search never saw.</summary>
/// <param name="Split">The split's name.</param>
/// <param name="Contestants">Champion first, then parents, then the plain average, then the best starting recipe.</param>
/// <param name="Comparisons">The champion against each of the others.</param>
public sealed record TestResults(string Split, ImmutableArray<Contestant> Contestants, ImmutableArray<Comparison> Comparisons);
