namespace Convergence.Foundation.Files;

/// <summary>Where paths really lead: two may be written differently and mean one place.</summary>
public static class RealPath
{
    // As many as Linux follows; more are a loop.
    private const int MaxLinkCount = 40;

    /// <summary>
    /// The full path with the links of all parts that exist followed. What does not exist, or cannot be looked at, stays as it is written.
    /// </summary>
    public static string Of(string path)
    {
        var left = new Stack<string>(Parts(Path.GetFullPath(path)).Reverse());
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        for (var links = 0; left.TryPop(out var part);)
        {
            real = Path.Combine(real, part);
            if (links < MaxLinkCount && TargetOf(real) is { } target)
            {
                links++;
                var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(real)!, target));
                foreach (var step in Parts(full).Reverse())
                {
                    left.Push(step);
                }

                real = Path.GetPathRoot(full)!;
            }
        }

        return real;
    }

    /// <summary>Whether a path leads to a place below a directory, or to the directory itself. Neither has to exist.</summary>
    public static bool IsWithin(string path, string directory)
    {
        var relative = Path.GetRelativePath(Of(directory), Of(path));
        return !Path.IsPathRooted(relative) && relative != ".."
            && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string[] Parts(string full) => full[Path.GetPathRoot(full)!.Length..]
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
