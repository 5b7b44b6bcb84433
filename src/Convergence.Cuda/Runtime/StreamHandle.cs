using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A queue of work that waits for no other queue.</summary>
internal sealed class StreamHandle : ContextChildHandle
{
    private const uint NonBlocking = 1;

    public StreamHandle(ContextHandle context, int priority) : base(context, () => Create(priority))
    {
    }

    protected override int Release() => CudaDriver.StreamDestroy(handle);

    private static nint Create(int priority)
    {
        CudaException.ThrowIfFailed(CudaDriver.StreamCreateWithPriority(out var stream, NonBlocking, priority));
        return stream;
    }
}
