using System.Collections.Immutable;

namespace Convergence.Reporting;

/// <summary>Candidates that a reader can rank by weights of their own, where scripts run; elsewhere they stand as they are given.</summary>
/// <param name="Measures">What counts, and the weight it has to begin with, from 0; higher values are better.</param>
/// <param name="Columns">What is told of candidates besides.</param>
/// <param name="Rows">The candidates, best first.</param>
public sealed record Ranking(
    ImmutableArray<(string Name, double Weight)> Measures, ImmutableArray<string> Columns, ImmutableArray<RankingRow> Rows);
