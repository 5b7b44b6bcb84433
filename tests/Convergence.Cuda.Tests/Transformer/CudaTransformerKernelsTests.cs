using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Cuda.Tests.Transformer;

/// <summary>
/// The suite that every device passes, on the emulated GPU: in the order of threads and blocks, and in the reverse, where a barrier that
/// is missing gives other results, with other streams' work before what is waited for.
/// </summary>
[TestFixture(false, Category = SanitizedRun.Category)]
[TestFixture(true)]
public sealed class CudaTransformerKernelsTests(bool isReversed) : TransformerKernelsContract
{
    [OneTimeTearDown]
    public void LookAtMemory()
    {
        if (EmulatedGpu.IsThere)
        {
            var damaged = EmulatedGpu.DamagedBlockCount;
            EmulatedGpu.Reset();
            Assert.That(damaged, Is.Zero, "Something was written beside a block of the GPU's memory.");
        }
    }

    protected override ComputeDevice CreateDevice()
    {
        EmulatedGpu.Require();
        EmulatedGpu.Configure("reversed", isReversed ? 1 : 0);
        EmulatedGpu.Configure("order", isReversed ? 1 : 0);
        return EmulatedDevice.Create();
    }
}
