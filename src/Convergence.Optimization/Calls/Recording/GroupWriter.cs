using Convergence.Foundation.Files;
using Microsoft.Win32.SafeHandles;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Appends lines to a file, each on the disk before it counts as written. Lines that come while the disk is busy are written and
/// flushed together, so that many callers wait for one flush instead of for each other's.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="end">Where it ends.</param>
internal sealed class GroupWriter(SafeFileHandle file, long end)
{
    private readonly Lock _lock = new();
    private List<(byte[] Line, TaskCompletionSource<long> Written)> _waiting = [];
    private long _end = end;
    private bool _isWriting;

    /// <returns>Where the line stands.</returns>
    /// <exception cref="IOException">It could not be written, or not flushed.</exception>
    public Task<long> AppendAsync(byte[] line)
    {
        var written = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((line, written));
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAll);
            }
        }

        return written.Task;
    }

    private void WriteAll()
    {
        while (TakeWaiting() is { Count: > 0 } group)
        {
            try
            {
                var start = _end;
                RandomAccess.Write(file, [.. group.Select(entry => (ReadOnlyMemory<byte>)entry.Line)], start);
                RandomAccess.FlushToDisk(file);
                foreach (var (line, written) in group)
                {
                    written.SetResult(_end);
                    _end += line.Length;
                }
            }
            catch (Exception exception) when (WriteFailure.IsRefusal(exception) || exception is ObjectDisposedException)
            {
                // What was written of the group is overwritten by the next.
                foreach (var (_, written) in group)
                {
                    written.TrySetException(exception);
                }
            }
        }
    }

    private List<(byte[] Line, TaskCompletionSource<long> Written)> TakeWaiting()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = [];
            _isWriting = taken.Count > 0;
            return taken;
        }
    }
}
