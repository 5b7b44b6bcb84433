namespace Convergence.Foundation.Files;

/// <summary>Says why a path that should be there cannot be used, where "it does not exist" would send people the wrong way.</summary>
public static class PathProblem
{
    /// <summary>
    /// What stands in the way of a directory: that it may not be looked into, that it is a file, a loop of links, a name that is too long.
    /// <see langword="null"/> when nothing does, or when there is nothing of that name.
    /// </summary>
    public static string? OfDirectory(string path)
    {
        try
        {
            if (!File.GetAttributes(path).HasFlag(FileAttributes.Directory))
            {
                return $"{path}: is a file, not a directory. Name the directory that it lies in, if it is a part of what you mean.";
            }

            // Names may be listed where their files cannot be reached, and the other way round.
            using var entries = Directory.EnumerateFileSystemEntries(path).GetEnumerator();
            if (entries.MoveNext())
            {
                _ = File.GetAttributes(entries.Current);
            }

            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"{path}: may not be read: its permissions, or those of a directory above it, do not let you in. "
                + "Ask its owner, or change them (chmod u+rx).";
        }
        catch (IOException exception)
        {
            return $"{path}: cannot be opened: {exception.Message}";
        }
    }
}
