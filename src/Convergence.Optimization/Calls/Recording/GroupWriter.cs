using Convergence.Foundation.Files;
using Microsoft.Win32.SafeHandles;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Appends lines to a file. A line goes to the operating system at once, so that a kill of the process cannot lose it; who waits for it
/// to be on the disk shares a flush with all that came while the disk was busy. Safe for use by many threads.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="end">Where it ends.</param>
internal sealed class GroupWriter(SafeFileHandle file, long end)
{
    private readonly Lock _lock = new();
    private List<(long Offset, TaskCompletionSource<long> Written)> _waiting = [];
    private long _end = end;
    private bool _isFlushing;

    /// <summary>Whether a file refused to be written, as when its disk is full or it was closed.</summary>
    public static bool IsRefusal(Exception exception) => WriteFailure.IsRefusal(exception) || exception is ObjectDisposedException;

    /// <summary>Gives a line to the operating system, which a kill does not take it from. The next flush takes it along.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Append(byte[] line)
    {
        lock (_lock)
        {
            Write(line);
        }
    }

    /// <returns>Where the line stands, once it is on the disk.</returns>
    /// <exception cref="IOException">It could not be written, or not flushed.</exception>
    public Task<long> AppendAsync(byte[] line)
    {
        var written = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            try
            {
                _waiting.Add((Write(line), written));
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                return Task.FromException<long>(exception);
            }

            if (!_isFlushing)
            {
                _isFlushing = true;
                _ = Task.Run(FlushAll);
            }
        }

        return written.Task;
    }

    // Where the line stands.
    private long Write(byte[] line)
    {
        try
        {
            RandomAccess.Write(file, line, _end);
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            TakeOffHalfALine();
            throw;
        }

        _end += line.Length;
        return _end - line.Length;
    }

    // A shorter line in its place would leave its rest in the middle of the file.
    private void TakeOffHalfALine()
    {
        try
        {
            RandomAccess.SetLength(file, _end);
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            // Then it is the last line, which is taken off when the file is opened again: who could not cut it can write nothing either.
        }
    }

    private void FlushAll()
    {
        while (TakeWaiting() is { Count: > 0 } group)
        {
            try
            {
                RandomAccess.FlushToDisk(file);
                group.ForEach(line => line.Written.SetResult(line.Offset));
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                group.ForEach(line => line.Written.TrySetException(exception));
            }
        }
    }

    private List<(long Offset, TaskCompletionSource<long> Written)> TakeWaiting()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = [];
            _isFlushing = taken.Count > 0;
            return taken;
        }
    }
}
