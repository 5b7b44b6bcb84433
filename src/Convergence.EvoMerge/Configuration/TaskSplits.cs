using System.Collections.Immutable;

namespace Convergence.EvoMerge.Configuration;

/// <summary>
/// The tasks of the three splits. The search sees <paramref name="Search"/> only, finalists are ranked on <paramref name="Validation"/>,
/// and
/// <paramref name="Test"/> is touched once, at the end. No example may be in two of them.
/// </summary>
/// <param name="Search">At least one source.</param>
/// <param name="Validation">At least one source.</param>
/// <param name="Test">At least one source.</param>
public sealed record TaskSplits(
    ImmutableArray<TaskSource> Search,
    ImmutableArray<TaskSource> Validation,
    ImmutableArray<TaskSource> Test)
{
    /// <summary>The splits with the names that files use.</summary>
    public IEnumerable<(string Name, ImmutableArray<TaskSource> Sources)> All =>
        [("search", Search), ("validation", Validation), ("test", Test)];
}
