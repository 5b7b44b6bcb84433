namespace Convergence.Foundation.Files;

/// <summary>Writes directories that are either there in full or not at all: a sibling is filled and renamed.</summary>
public static class AtomicDirectory
{
    /// <summary>
    /// Creates <paramref name="path"/> with what <paramref name="fillTemporaryDirectory"/> puts into the directory it is given.
    /// </summary>
    /// <param name="path">The directory to create; missing parents are created. It must not exist, not even as a file.</param>
    /// <param name="fillTemporaryDirectory">
    /// Fills an empty directory on the same disk. An exception of its own passes through after that directory is gone.
    /// </param>
    /// <exception cref="ConvergenceException">
    /// The target exists, another process writes it, the disk is full, or it cannot be written.
    /// </exception>
    public static void Write(string path, Action<string> fillTemporaryDirectory)
    {
        ArgumentNullException.ThrowIfNull(fillTemporaryDirectory);
        RefuseExisting(path);
        WithLock(path, (target, parent) =>
            FillAndRename(target, Path.Combine(parent, $".{Path.GetFileName(target)}.tmp"), fillTemporaryDirectory));
    }

    /// <summary>
    /// As <see cref="Write"/>, but what a killed or interrupted writer of the same target made so far can be used again:
    /// <paramref name="fillPartialDirectory"/> finds it in the directory that it is given.
    /// </summary>
    /// <param name="path">The directory to create; missing parents are created. It must not exist, not even as a file.</param>
    /// <param name="fillPartialDirectory">Completes a directory on the same disk. What it leaves there becomes the target.</param>
    /// <param name="keepsPartial">Asked after an exception: whether the partial directory stays for the next attempt.</param>
    /// <exception cref="ConvergenceException">
    /// The target exists, another process writes it, the disk is full, or it cannot be written.
    /// </exception>
    public static void WriteResumable(string path, Action<string> fillPartialDirectory, Func<bool> keepsPartial)
    {
        ArgumentNullException.ThrowIfNull(fillPartialDirectory);
        ArgumentNullException.ThrowIfNull(keepsPartial);
        RefuseExisting(path);
        WithLock(path, (target, _) => CompleteAndRename(target, PartialPathOf(target), fillPartialDirectory, keepsPartial));
    }

    /// <summary>Where <see cref="WriteResumable"/> keeps what is not complete yet.</summary>
    public static string PartialPathOf(string path)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.Combine(Path.GetDirectoryName(target) ?? target, $".{Path.GetFileName(target)}.partial");
    }

    /// <summary>
    /// Throws the error of <see cref="Write"/> for a place that cannot be written, so that long work can be refused before it starts.
    /// Creates missing parents.
    /// </summary>
    /// <exception cref="ConvergenceException">The place cannot be written, or another process is writing it.</exception>
    public static void RefuseUnwritable(string path) => WithLock(path, (_, _) => { });

    /// <summary>
    /// Throws the error of <see cref="Write"/> for a disk without room for what will be written, so that long work can be refused before it
    /// starts. Creates missing parents.
    /// </summary>
    /// <param name="path">The directory that will be created.</param>
    /// <param name="byteCount">What will be in it, in bytes.</param>
    /// <exception cref="ConvergenceException">There is no room, the place cannot be written, or another process is writing it.</exception>
    public static void RefuseFullDisk(string path, long byteCount) =>
        WithLock(path, (target, parent) => FreeSpace.Require(parent, $".{Path.GetFileName(target)}.space.tmp", byteCount));

    /// <summary>
    /// Throws the error of <see cref="Write"/> for a target that exists, so that long work can be refused before it starts.
    /// </summary>
    /// <exception cref="ConvergenceException">There is a directory or a file of that name.</exception>
    public static void RefuseExisting(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ConvergenceException("The output directory has no name. Name a directory that does not exist yet.");
        }

        if (Directory.Exists(path) || File.Exists(path))
        {
            throw new ConvergenceException(
                $"{Path.GetFullPath(path)}: already exists and is not overwritten. "
                + "Choose another output directory, or remove this one first.");
        }
    }

    private static void WithLock(string path, Action<string, string> write)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(target)
            ?? throw new ConvergenceException($"{target}: is the root of a disk. Name a directory below it.");
        try
        {
            Directory.CreateDirectory(parent);
            using var hold = Hold(Path.Combine(parent, $".{Path.GetFileName(target)}.lock"), target);
            write(target, parent);
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw WriteFailure.Describe(target, byteCount: null, exception);
        }
    }

    /// <summary>Runs under the lock, to its last step: only then is the temporary directory ours to delete.</summary>
    private static void FillAndRename(string target, string temporary, Action<string> fillTemporaryDirectory)
    {
        // Another writer may have finished just before this one got the lock. What is left now is of a killed one.
        RefuseExisting(target);
        DeleteQuietly(temporary);
        try
        {
            Directory.CreateDirectory(temporary);
            fillTemporaryDirectory(temporary);
            RefuseExisting(target);
            Directory.Move(temporary, target);
        }
        finally
        {
            DeleteQuietly(temporary);
        }
    }

    private static void CompleteAndRename(string target, string partial, Action<string> fill, Func<bool> keepsPartial)
    {
        RefuseExisting(target);
        RemoveLink(partial);
        var isComplete = false;
        try
        {
            Directory.CreateDirectory(partial);
            fill(partial);
            RefuseExisting(target);
            Directory.Move(partial, target);
            isComplete = true;
        }
        finally
        {
            if (!isComplete && !keepsPartial())
            {
                DeleteQuietly(partial);
            }
        }
    }

    // No writer leaves one. What lies behind it belongs to somebody else, and the next attempt would clear it.
    private static void RemoveLink(string partial)
    {
        if (new DirectoryInfo(partial) is { LinkTarget: not null } link)
        {
            link.Delete();
        }
    }

    /// <summary>A file lock that the operating system takes back when this process dies.</summary>
    private static FileStream Hold(string lockPath, string target)
    {
        try
        {
            return new FileStream(
                lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(lockPath) && !WriteFailure.IsOutOfSpace(exception))
        {
            throw new TargetBusyException(
                $"{target}: another process is writing it now. Wait for it, or choose another output directory.", exception);
        }
    }

    private static void DeleteQuietly(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
