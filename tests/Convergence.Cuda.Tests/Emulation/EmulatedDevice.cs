using Convergence.Cuda.Merging;
using Convergence.Cuda.Residency;
using Convergence.Cuda.Transformer;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>The CUDA device on the emulated GPU.</summary>
internal static class EmulatedDevice
{
    /// <summary>Makes one; skips the running test where there is no emulated GPU.</summary>
    public static ComputeDevice Create(ProductPrecision precision = ProductPrecision.F32) => Create(precision, MemorySpare.Default);

    /// <summary>One whose memory plans leave something else alone.</summary>
    public static ComputeDevice Create(ProductPrecision precision, MemorySpare spare)
    {
        var runtime = EmulatedRuntime.Create();
        return new CudaDevice(runtime, new CudaMergeKernels(runtime), new CudaTransformerKernels(runtime, precision)) { Spare = spare };
    }
}
