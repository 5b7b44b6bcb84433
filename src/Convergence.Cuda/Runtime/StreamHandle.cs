using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A queue of work that waits for no other queue.</summary>
internal sealed class StreamHandle : ContextChildHandle
{
    private const uint NonBlocking = 1;

    public StreamHandle(ContextHandle context) : base(context)
    {
        CudaException.ThrowIfFailed(CudaDriver.StreamCreate(out var stream, NonBlocking));
        SetHandle(stream);
    }

    protected override int Release() => CudaDriver.StreamDestroy(handle);
}
