using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>Makes runtimes on the emulated GPU, with a cache of their own for compiled kernels.</summary>
internal static class EmulatedRuntime
{
    /// <summary>Skips the running test where there is no emulated GPU.</summary>
    public static CudaRuntime Create()
    {
        EmulatedGpu.Require();
        CudaLibraries.LoadDriver();
        CudaException.ThrowIfFailed(CudaDriver.Init(0));
        CudaException.ThrowIfFailed(CudaDriver.DriverGetVersion(out var version));
        CudaLibraries.LoadCompiler(version / 1000);
        return new CudaRuntime(GpuInfo.All()[0], new KernelCache(Path.Combine(AppContext.BaseDirectory, "kernel-cache")));
    }
}
