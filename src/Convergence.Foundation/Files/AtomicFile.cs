using System.Globalization;
using System.Text;

namespace Convergence.Foundation.Files;

/// <summary>
/// Writes files that are either there in full or not at all: a temporary sibling is filled, flushed to the disk and renamed over
/// the target. A memory map or an open handle of the old file keeps its content. Safe to call from several threads.
/// </summary>
public static class AtomicFile
{
    private const int MaxAttempts = 100;

    // Disambiguates concurrent writers of one process; never part of any content.
    private static int _sequence;

    /// <summary>Writes <paramref name="path"/>, replacing what is there only once everything is on the disk.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="write">Fills the stream. An exception of its own passes through after the temporary file is gone.</param>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, byteCount: null, write);

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="byteCount">The size of the file in bytes where known: told when the disk is full.</param>
    /// <param name="write">Fills the stream.</param>
    public static void Write(string path, long? byteCount, Action<Stream> write) => Write(path, byteCount, write, stream => stream);

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="text">The whole content; line ends are written as they are.</param>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written; the old file is untouched.</exception>
    public static void WriteAllText(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(path, bytes.Length, stream => stream.Write(bytes));
    }

    /// <summary>As <see cref="Write(string, Action{Stream})"/>, with the disk's stream wrapped: how tests make a disk fail.</summary>
    internal static void Write(string path, long? byteCount, Action<Stream> write, Func<Stream, Stream> wrap)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var target = Path.GetFullPath(path);
        string? temporary = null;
        try
        {
            RemoveLeftovers(target);
            using var file = CreateTemporary(target, out temporary);
            using var stream = wrap(file);
            write(stream);
            stream.Flush();
            file.Flush(flushToDisk: true);

            // Renamed while the handle still locks it, so that nobody takes it for a leftover.
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception exception)
        {
            DeleteQuietly(temporary);
            if (WriteFailure.IsRefusal(exception))
            {
                throw WriteFailure.Describe(target, byteCount, exception);
            }

            throw;
        }
    }

    private static FileStream CreateTemporary(string target, out string temporary)
    {
        // The handle locks the file, which tells it from a leftover; Windows renames an open file only when deleting is shared.
        var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        for (var attempt = 1; ; attempt++)
        {
            var sequence = Interlocked.Increment(ref _sequence);
            var unique = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId:x}-{sequence:x}");
            temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{unique}.tmp");
            try
            {
                // No buffer: writers hand over large chunks.
                var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, share, bufferSize: 0);

                // Unix creates first and locks then: in between, another writer may have taken the file for a leftover.
                if (File.Exists(temporary) || attempt == MaxAttempts)
                {
                    return stream;
                }

                stream.Dispose();
            }
            catch (IOException exception) when (
                attempt < MaxAttempts && exception is not DirectoryNotFoundException && !WriteFailure.IsOutOfSpace(exception))
            {
                // The name is taken, or another writer holds it at this moment to see whether it is a leftover: take the next.
            }
        }
    }

    /// <summary>Removes what killed writers of this target left behind; a file that a live writer holds is locked and stays.</summary>
    private static void RemoveLeftovers(string target)
    {
        var directory = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (var leftover in Directory.EnumerateFiles(directory, $".{Path.GetFileName(target)}.*.tmp"))
        {
            try
            {
                using var held = new FileStream(
                    leftover, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // In use, or not ours to delete.
            }
        }
    }

    private static void DeleteQuietly(string? path)
    {
        try
        {
            if (path is not null)
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
