using System.Runtime.InteropServices;
using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// A GPU's primary context, which all of a process share. CUDA's functions work on the context of the calling thread, so whoever calls
/// one calls <see cref="MakeCurrent"/> before.
/// </summary>
internal sealed class ContextHandle : SafeHandle
{
    private readonly int _device;

    public ContextHandle(GpuInfo gpu) : base(IntPtr.Zero, ownsHandle: true)
    {
        _device = gpu.Handle;
        CudaException.ThrowIfFailed(CudaDriver.DevicePrimaryCtxRetain(out var context, gpu.Handle));
        SetHandle(context);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Makes this the context of the calling thread.</summary>
    public void MakeCurrent()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        CudaException.ThrowIfFailed(CudaDriver.CtxSetCurrent(handle));
    }

    /// <summary>The same for clean-up, where nothing may be thrown and the context may be gone.</summary>
    /// <returns>Whether it is the thread's context now.</returns>
    public bool TryMakeCurrent() => !IsInvalid && CudaDriver.CtxSetCurrent(handle) == 0;

    protected override bool ReleaseHandle() => CudaDriver.DevicePrimaryCtxRelease(_device) == 0;
}
