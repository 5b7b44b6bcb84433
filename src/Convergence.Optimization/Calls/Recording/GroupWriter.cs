using Convergence.Foundation.Files;
using Microsoft.Win32.SafeHandles;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Appends lines to a file, each on the disk before it counts as written. A line goes to the operating system at once, so that a kill of
/// the process cannot lose it; lines that come while the disk is busy are flushed together, so that many callers wait for one flush
/// instead of for each other's.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="end">Where it ends.</param>
internal sealed class GroupWriter(SafeFileHandle file, long end)
{
    private readonly Lock _lock = new();
    private List<(long Offset, TaskCompletionSource<long> Written)> _waiting = [];
    private long _end = end;
    private bool _isFlushing;

    /// <returns>Where the line stands.</returns>
    /// <exception cref="IOException">It could not be written, or not flushed.</exception>
    public Task<long> AppendAsync(byte[] line)
    {
        var written = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            try
            {
                RandomAccess.Write(file, line, _end);
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                TakeOffHalfALine();
                return Task.FromException<long>(exception);
            }

            _waiting.Add((_end, written));
            _end += line.Length;
            if (!_isFlushing)
            {
                _isFlushing = true;
                _ = Task.Run(FlushAll);
            }
        }

        return written.Task;
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

    private static bool IsRefusal(Exception exception) => WriteFailure.IsRefusal(exception) || exception is ObjectDisposedException;
}
