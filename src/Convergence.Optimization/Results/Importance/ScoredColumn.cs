using System.Collections.Immutable;

namespace Convergence.Optimization.Results.Importance;

/// <summary>One parameter of a <see cref="ScoredTable"/>.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="ChoiceCount">How many choices it has; 0 for a number.</param>
/// <param name="Values">By configuration: a number mapped to [0, 1], or the number of a choice.</param>
internal sealed record ScoredColumn(string Name, int ChoiceCount, ImmutableArray<double> Values)
{
    public bool IsChoice => ChoiceCount > 0;
}
