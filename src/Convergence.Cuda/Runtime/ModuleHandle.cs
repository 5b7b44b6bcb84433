using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A loaded module of kernels.</summary>
internal sealed class ModuleHandle : ContextChildHandle
{
    /// <param name="context">Where it is loaded.</param>
    /// <param name="image">A cubin, or PTX with its terminating zero.</param>
    public ModuleHandle(ContextHandle context, byte[] image) : base(context, () => Load(image))
    {
    }

    protected override int Release() => CudaDriver.ModuleUnload(handle);

    private static unsafe nint Load(byte[] image)
    {
        fixed (byte* pointer = image)
        {
            CudaException.ThrowIfFailed(CudaDriver.ModuleLoadData(out var module, pointer));
            return module;
        }
    }
}
