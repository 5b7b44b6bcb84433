using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// A queue of work on the GPU, done in order. Its methods put work into the queue and return, but for <see cref="Synchronize"/>. Used by
/// one thread at a time.
/// </summary>
/// <param name="context">Where.</param>
/// <param name="priority">Among the blocks of several queues' kernels the lower number goes first, as far as the GPU knows so many.</param>
internal sealed unsafe class CudaStream(ContextHandle context, int priority = 0) : IDisposable
{
    private readonly StreamHandle _handle = new(context, priority);

    public nint Value => _handle.Value;

    public ContextHandle Context => context;

    /// <summary>Copies from host memory; pinned memory is copied in the background, other memory before this returns.</summary>
    public void Upload(void* source, ulong destination, long byteCount)
    {
        if (byteCount > 0)
        {
            context.MakeCurrent();
            CudaException.ThrowIfFailed(CudaDriver.MemcpyHtoDAsync(destination, source, (nuint)byteCount, Value));
        }
    }

    /// <summary>Copies to host memory; the bytes are there after <see cref="Synchronize"/>.</summary>
    public void Download(ulong source, void* destination, long byteCount)
    {
        if (byteCount > 0)
        {
            context.MakeCurrent();
            CudaException.ThrowIfFailed(CudaDriver.MemcpyDtoHAsync(destination, source, (nuint)byteCount, Value));
        }
    }

    /// <summary>Copies within the GPU's memory; the ranges do not overlap.</summary>
    public void Copy(ulong source, ulong destination, long byteCount)
    {
        if (byteCount > 0)
        {
            context.MakeCurrent();
            CudaException.ThrowIfFailed(CudaDriver.MemcpyDtoDAsync(destination, source, (nuint)byteCount, Value));
        }
    }

    /// <summary>Sets every byte to zero.</summary>
    public void Clear(ulong destination, long byteCount)
    {
        if (byteCount > 0)
        {
            context.MakeCurrent();
            CudaException.ThrowIfFailed(CudaDriver.MemsetD8Async(destination, 0, (nuint)byteCount, Value));
        }
    }

    /// <summary>Marks this place in the queue.</summary>
    public void Record(CudaEvent mark)
    {
        context.MakeCurrent();
        CudaException.ThrowIfFailed(CudaDriver.EventRecord(mark.Value, Value));
    }

    /// <summary>What is queued from here on waits until <paramref name="mark"/> has happened; the host does not wait.</summary>
    public void WaitFor(CudaEvent mark)
    {
        context.MakeCurrent();
        CudaException.ThrowIfFailed(CudaDriver.StreamWaitEvent(Value, mark.Value, flags: 0));
    }

    /// <summary>Lets the host wait until the queue is empty. Errors of earlier kernels come to light here.</summary>
    public void Synchronize()
    {
        context.MakeCurrent();
        CudaException.ThrowIfFailed(CudaDriver.StreamSynchronize(Value));
    }

    public void Dispose() => _handle.Dispose();
}
