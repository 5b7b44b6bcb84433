using System.Collections.Immutable;

namespace Convergence.Reporting;

/// <summary>A candidate of a <see cref="Ranking"/>.</summary>
/// <param name="Values">One for each measure; NaN where it is missing.</param>
/// <param name="Cells">One for each column.</param>
public sealed record RankingRow(ImmutableArray<double> Values, ImmutableArray<string> Cells);
