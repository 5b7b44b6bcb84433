using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Compares the parents that are there with those of a lock, by reading every byte of them.</summary>
internal static class ParentCheck
{
    /// <summary>Every file that changed, in the lock's order.</summary>
    /// <exception cref="MergeException">A parent was a model in memory, of which no file tells what it was.</exception>
    public static ImmutableArray<ParentChange> Changes(RecipeLock recipeLock, ParentModels parents, CancellationToken cancellation)
    {
        var checks = recipeLock.Parents.SelectMany(parent => Files(parent, parents)).ToList();
        return
        [
            .. checks.AsParallel().AsOrdered().WithCancellation(cancellation)
                .Select(check =>
                    (check.Parent, check.Name, check.Expected, Found: check.Path is { } path ? FileDigest.Of(path, cancellation) : null))
                .Where(check => check.Expected != check.Found)
                .Select(check => new ParentChange(check.Parent, check.Name, check.Expected, check.Found)),
        ];
    }

    private static IEnumerable<(string Parent, string Name, FileDigest? Expected, string? Path)> Files(
        LockedParent locked, ParentModels parents)
    {
        if (locked.Files.IsEmpty)
        {
            throw new MergeException(
                $"{locked.Name} was a model in memory when it was merged, "
                + "so its files are not known and the merge cannot be reproduced from this lock.");
        }

        var model = parents.Get(locked.Name);
        return Match(locked.Name, locked.Files, ParentFiles.Of(model)).Concat(
            Match(locked.Name, locked.AdapterFiles, ParentFiles.OfAdapter(model)));
    }

    private static IEnumerable<(string, string, FileDigest?, string?)> Match(
        string parent, ImmutableArray<FileDigest> expected, ImmutableArray<string> found)
    {
        var paths = found.ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
        foreach (var file in expected)
        {
            yield return (parent, file.Name, file, paths.GetValueOrDefault(file.Name));
        }

        foreach (var (name, path) in paths.Where(pair => expected.All(file => file.Name != pair.Key)))
        {
            yield return (parent, name, null, path);
        }
    }
}
