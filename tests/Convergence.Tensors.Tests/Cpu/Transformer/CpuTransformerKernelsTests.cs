using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Tensors.Tests.Cpu.Transformer;

[TestFixture(1)]
[TestFixture(2)]
[TestFixture(3)]
public sealed class CpuTransformerKernelsTests(int threadCount) : TransformerKernelsContract
{
    protected override ComputeDevice CreateDevice() => new CpuDevice(threadCount);
}
