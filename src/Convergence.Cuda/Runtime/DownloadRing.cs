using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// Pinned buffers through which the GPU's memory comes to the host: while one is emptied, the next are filled. One download at a time, used
/// by one thread at a time.
/// </summary>
/// <param name="context">Where.</param>
/// <param name="stream">On which copies are queued.</param>
/// <param name="byteCount">Size of one buffer.</param>
/// <param name="bufferCount">At least 2 for copies to overlap.</param>
internal sealed unsafe class DownloadRing(ContextHandle context, CudaStream stream, int byteCount, int bufferCount) : IDisposable
{
    private readonly (PinnedBuffer Buffer, CudaEvent Filled)[] _slots = new (PinnedBuffer, CudaEvent)[bufferCount];
    private ulong _source;
    private long _byteCount;
    private long _queued;
    private long _taken;

    /// <summary>Begins to copy: as much as the buffers hold is queued at once.</summary>
    /// <param name="source">The first byte.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InvalidOperationException">The last download was neither taken whole nor ended.</exception>
    public void Begin(ulong source, long count)
    {
        if (_taken < _byteCount)
        {
            throw new InvalidOperationException("The last download is not over.");
        }

        (_source, _byteCount, _queued, _taken) = (source, count, 0, 0);
        try
        {
            for (var slot = 0; slot < bufferCount; slot++)
            {
                Queue();
            }
        }
        catch
        {
            End();
            throw;
        }
    }

    /// <summary>Waits for the next bytes and copies them.</summary>
    public void Take(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, _byteCount - _taken);
        while (!destination.IsEmpty)
        {
            var (buffer, filled) = _slots[_taken / byteCount % bufferCount];
            filled.Synchronize();
            var start = (int)(_taken % byteCount);
            var part = Math.Min(destination.Length, byteCount - start);
            buffer.Bytes.Slice(start, part).CopyTo(destination);
            destination = destination[part..];
            _taken += part;
            if (start + part == byteCount)
            {
                Queue();
            }
        }
    }

    /// <summary>
    /// Gives up what was not taken, once the copies that are queued are done. After a fault there is nothing to wait for.
    /// </summary>
    public void End()
    {
        if (_taken < _byteCount && context.TryMakeCurrent())
        {
            _ = CudaDriver.StreamSynchronize(stream.Value);
        }

        (_byteCount, _queued, _taken) = (0, 0, 0);
    }

    public void Dispose()
    {
        foreach (var (buffer, filled) in _slots)
        {
            buffer?.Dispose();
            filled?.Dispose();
        }
    }

    private void Queue()
    {
        if (_queued == _byteCount)
        {
            return;
        }

        ref var slot = ref _slots[_queued / byteCount % bufferCount];
        slot = slot.Buffer is null ? (new PinnedBuffer(context, byteCount), new CudaEvent(context)) : slot;
        var part = (int)Math.Min(byteCount, _byteCount - _queued);
        stream.Download(_source + (ulong)_queued, slot.Buffer.Pointer, part);
        stream.Record(slot.Filled);
        _queued += part;
    }
}
