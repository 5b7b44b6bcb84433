using Convergence.Cuda.Tests.Emulation;
using Convergence.Merging.Tests.Golden;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Merging;

/// <summary>Every method on the emulated GPU.</summary>
public sealed class CudaGoldenCaseTests : GoldenCaseContract
{
    protected override ComputeDevice CreateDevice() => EmulatedDevice.Create();
}
