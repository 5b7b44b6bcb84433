using System.Collections.Immutable;

namespace Convergence.EvoMerge.Configuration;

/// <summary>
/// The task files of the three splits, as absolute paths. The search sees <paramref name="Search"/> only, finalists are ranked on
/// <paramref name="Validation"/>, and <paramref name="Test"/> is touched once, at the end. No example may be in two of them.
/// </summary>
/// <param name="Search">At least one file.</param>
/// <param name="Validation">At least one file.</param>
/// <param name="Test">At least one file.</param>
public sealed record TaskSplits(
    ImmutableArray<string> Search,
    ImmutableArray<string> Validation,
    ImmutableArray<string> Test);
