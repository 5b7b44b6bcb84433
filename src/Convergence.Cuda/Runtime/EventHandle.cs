using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A mark in a stream.</summary>
internal sealed class EventHandle : ContextChildHandle
{
    private const uint WithoutTiming = 2;

    public EventHandle(ContextHandle context, bool isTimed) : base(context, () => Create(isTimed ? 0 : WithoutTiming))
    {
    }

    protected override int Release() => CudaDriver.EventDestroy(handle);

    private static nint Create(uint flags)
    {
        CudaException.ThrowIfFailed(CudaDriver.EventCreate(out var created, flags));
        return created;
    }
}
