namespace Convergence.Foundation.Files;

/// <summary>
/// Tells files with content from what only looks like one: opening a named pipe waits for somebody to write,
/// perhaps for ever, and opening a device can do anything.
/// </summary>
public static class FileContent
{
    /// <summary>
    /// Whether a path is there and has no size: an empty file, a pipe, a device. Nothing is opened to find out.
    /// </summary>
    /// <exception cref="IOException">The path leads in a circle.</exception>
    public static bool IsAbsent(string path)
    {
        // A link's own size is that of its text. Where it leads to a pipe without a name, the target cannot be found by name.
        var file = new FileInfo(Path.GetFullPath(path));
        var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return file.Exists && target is not { Exists: true, Length: > 0 };
    }

    /// <summary>Refuses what <see cref="IsAbsent"/> finds. A path that does not exist passes: opening it says so.</summary>
    /// <exception cref="ConvergenceException">There is nothing to read.</exception>
    /// <exception cref="IOException">The path leads in a circle.</exception>
    public static void Require(string path)
    {
        if (IsAbsent(path))
        {
            throw new ConvergenceException(
                $"{path}: has no content: it is an empty file, or a pipe or a device, which is not read. "
                + "Name a regular file that holds what is needed.");
        }
    }
}
