using Convergence.Cuda.Merging;
using Convergence.Cuda.Transformer;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>The CUDA device on the emulated GPU.</summary>
internal static class EmulatedDevice
{
    /// <summary>The device; disposing it leaves nothing behind.</summary>
    public static ComputeDevice Create()
    {
        var emulated = new EmulatedRuntime();
        return new CudaDevice(
            emulated.Runtime, new CudaMergeKernels(emulated.Runtime), new CudaTransformerKernels(emulated.Runtime, ProductPrecision.F32));
    }
}
