using Convergence.Tensors.Cpu;

namespace Convergence.Tensors.Tests.Cpu;

public sealed class CpuDeviceTests
{
    [Test]
    public void BeginExport_TakenInPieces_IsTheTensorAndLeavesItsOwnersMemoryAlone()
    {
        using var device = new CpuDevice(1);
        using var tensor = HostTensor.From([1, 2, 3, 4, 5], new TensorShape(5));
        using var arrived = HostTensor.Allocate(DType.F32, new TensorShape(5));
        using (var export = device.BeginExport(tensor))
        {
            export.Take(arrived.Slice(0, 2));
            export.Take(arrived.Slice(2, 3));
        }

        Assert.That(arrived.AsSpan<float>().ToArray(), Is.EqualTo(tensor.AsSpan<float>().ToArray()));
    }
}
