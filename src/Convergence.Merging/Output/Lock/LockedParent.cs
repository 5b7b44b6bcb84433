using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>A model that a merge read.</summary>
/// <param name="Name">Its name in the recipe: a directory, with <c>+</c> and an adapter's where there is one.</param>
/// <param name="Files">Its <c>config.json</c> and weight files; empty for a model that was in memory only.</param>
/// <param name="AdapterFiles">The files of its adapter; empty without one.</param>
public sealed record LockedParent(string Name, ImmutableArray<FileDigest> Files, ImmutableArray<FileDigest> AdapterFiles)
{
    public bool Equals(LockedParent? other) =>
        other is not null && Name == other.Name && Files.SequenceEqual(other.Files) && AdapterFiles.SequenceEqual(other.AdapterFiles);

    public override int GetHashCode() => HashCode.Combine(Name, SequenceValue.Hash(Files), SequenceValue.Hash(AdapterFiles));
}
