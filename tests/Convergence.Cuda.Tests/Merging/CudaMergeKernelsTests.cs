using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.Cuda.Tests.Merging;

/// <summary>The GPU's merge kernels, on the emulated GPU.</summary>
public sealed class CudaMergeKernelsTests : MergeKernelsContract
{
    protected override ComputeDevice CreateDevice() => EmulatedDevice.Create();
}
