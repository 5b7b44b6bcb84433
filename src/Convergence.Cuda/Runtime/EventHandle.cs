using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A mark in a stream.</summary>
internal sealed class EventHandle : ContextChildHandle
{
    private const uint WithoutTiming = 2;

    public EventHandle(ContextHandle context, bool isTimed) : base(context)
    {
        CudaException.ThrowIfFailed(CudaDriver.EventCreate(out var created, isTimed ? 0 : WithoutTiming));
        SetHandle(created);
    }

    protected override int Release() => CudaDriver.EventDestroy(handle);
}
