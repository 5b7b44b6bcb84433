using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>A runtime on the emulated GPU, with a cache of its own for compiled kernels.</summary>
internal sealed class EmulatedRuntime : IDisposable
{
    private readonly TemporaryDirectory _cache = new();

    public EmulatedRuntime()
    {
        EmulatedGpu.Require();
        CudaLibraries.LoadDriver();
        CudaException.ThrowIfFailed(CudaDriver.Init(0));
        CudaException.ThrowIfFailed(CudaDriver.DriverGetVersion(out var version));
        CudaLibraries.LoadToolkit(version / 1000);
        Runtime = new CudaRuntime(GpuInfo.All()[0], new KernelCache(_cache.Path));
    }

    public CudaRuntime Runtime { get; }

    public void Dispose()
    {
        Runtime.Dispose();
        _cache.Dispose();
    }
}
