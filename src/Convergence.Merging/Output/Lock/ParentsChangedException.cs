using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>A lock cannot be reproduced because parents are not what they were.</summary>
/// <param name="changes">At least one.</param>
public sealed class ParentsChangedException(ImmutableArray<ParentChange> changes) : ConvergenceException(
    $"The merge cannot be reproduced: {(changes.Length == 1 ? "a file of a parent is" : "files of parents are")} not what was merged.\n"
    + string.Join('\n', changes.Select(change => "  " + change))
    + "\nRestore what was there, or name the directory that holds it (--root).")
{
    /// <summary>Every file that changed.</summary>
    public ImmutableArray<ParentChange> Changes { get; } = changes;
}
