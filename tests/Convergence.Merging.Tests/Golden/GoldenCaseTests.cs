using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Tests.Golden;

/// <summary>Every method on the CPU device.</summary>
public sealed class GoldenCaseTests : GoldenCaseContract
{
    protected override ComputeDevice CreateDevice() => new CpuDevice(2);
}
