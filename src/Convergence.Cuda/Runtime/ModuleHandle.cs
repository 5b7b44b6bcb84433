using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A loaded module of kernels.</summary>
internal sealed class ModuleHandle : ContextChildHandle
{
    /// <param name="context">Where it is loaded.</param>
    /// <param name="image">A cubin, or PTX with its terminating zero.</param>
    public unsafe ModuleHandle(ContextHandle context, ReadOnlySpan<byte> image) : base(context)
    {
        fixed (byte* pointer = image)
        {
            CudaException.ThrowIfFailed(CudaDriver.ModuleLoadData(out var module, pointer));
            SetHandle(module);
        }
    }

    protected override int Release() => CudaDriver.ModuleUnload(handle);
}
