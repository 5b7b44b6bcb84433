using Convergence.Tensors;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// Pinned buffers through which host memory goes to the GPU: while one is copied up, the next is filled. Used by one thread at a time.
/// </summary>
/// <param name="context">Where.</param>
/// <param name="stream">On which copies are queued.</param>
/// <param name="byteCount">Size of one buffer.</param>
/// <param name="bufferCount">At least 2 for copies to overlap.</param>
internal sealed unsafe class StagingRing(ContextHandle context, CudaStream stream, int byteCount, int bufferCount) : IDisposable
{
    private readonly (PinnedBuffer Buffer, CudaEvent Free)[] _slots = new (PinnedBuffer, CudaEvent)[bufferCount];
    private int _next;

    /// <summary>
    /// Queues a copy of host memory of any kind. The source may change as soon as this returns.
    /// </summary>
    public void Upload(byte* source, ulong destination, long count)
    {
        for (long done = 0; done < count;)
        {
            var part = (int)Math.Min(byteCount, count - done);
            ref var slot = ref Next();
            Buffer.MemoryCopy(source + done, slot.Buffer.Pointer, byteCount, part);
            Send(slot, destination + (ulong)done, part);
            done += part;
        }
    }

    /// <summary>Queues a copy of a tensor, as the other does.</summary>
    public void Upload(HostTensor source, ulong destination)
    {
        for (long done = 0; done < source.ByteCount;)
        {
            var part = (int)Math.Min(byteCount, source.ByteCount - done);
            ref var slot = ref Next();
            source.CopyTo(done, slot.Buffer.Bytes[..part]);
            Send(slot, destination + (ulong)done, part);
            done += part;
        }
    }

    public void Dispose()
    {
        foreach (var (buffer, free) in _slots)
        {
            buffer?.Dispose();
            free?.Dispose();
        }
    }

    private void Send((PinnedBuffer Buffer, CudaEvent Free) slot, ulong destination, int count)
    {
        stream.Upload(slot.Buffer.Pointer, destination, count);
        stream.Record(slot.Free);
    }

    private ref (PinnedBuffer Buffer, CudaEvent Free) Next()
    {
        ref var slot = ref _slots[_next];
        _next = (_next + 1) % _slots.Length;
        if (slot.Buffer is null)
        {
            slot = (new PinnedBuffer(context, byteCount), new CudaEvent(context));
        }
        else
        {
            slot.Free.Synchronize();
        }

        return ref slot;
    }
}
