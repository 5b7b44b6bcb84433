using Convergence.Cuda.Tests.Emulation;
using Convergence.Merging.Tests.Golden;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Merging;

/// <summary>Whole-model recipes on the emulated GPU.</summary>
public sealed class CudaGoldenRecipeTests : GoldenRecipeContract
{
    protected override ComputeDevice CreateDevice() => EmulatedDevice.Create();
}
