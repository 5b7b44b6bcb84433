using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>The CPU's merge kernels.</summary>
public sealed class CpuMergeKernelsTests : MergeKernelsContract
{
    protected override ComputeDevice CreateDevice() => new CpuDevice(2);
}
