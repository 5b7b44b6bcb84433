using Convergence.Tensors.Cpu;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Tests.Memory;

public sealed class MemoryMeterTests
{
    [Test]
    public void Allocate_AndDispose_AreCountedWithTheirPeak()
    {
        var meter = new MemoryMeter();
        var first = HostTensor.Allocate(DType.F32, new TensorShape(100), meter);
        var second = HostTensor.Allocate(DType.F16, new TensorShape(50), meter);
        Assert.That(meter.CurrentBytes, Is.EqualTo(500));
        second.Dispose();
        second.Dispose();
        Assert.That(meter.CurrentBytes, Is.EqualTo(400));
        Assert.That(meter.PeakBytes, Is.EqualTo(500));
        meter.ResetPeak();
        Assert.That(meter.PeakBytes, Is.EqualTo(400));
        first.Dispose();
        Assert.That(meter.CurrentBytes, Is.Zero);
        Assert.That(meter.PeakBytes, Is.EqualTo(400));
    }

    [Test]
    public void Slice_AndReshape_CountNothing()
    {
        var meter = new MemoryMeter();
        using var tensor = HostTensor.Allocate(DType.F32, new TensorShape(4), meter);
        tensor.Slice(1, 2).Dispose();
        tensor.Reshape(new TensorShape(2, 2)).Dispose();
        Assert.That(meter.CurrentBytes, Is.EqualTo(16));
        Assert.That(meter.PeakBytes, Is.EqualTo(16));
    }

    [Test]
    public void Allocate_FromManyThreads_LosesNothing()
    {
        var meter = new MemoryMeter();
        Parallel.For(0, 1_000, index => HostTensor.Allocate(DType.U8, new TensorShape(index), meter).Dispose());
        Assert.That(meter.CurrentBytes, Is.Zero);
        Assert.That(meter.PeakBytes, Is.InRange(999, 999 * 1_000 / 2));
    }

    [Test]
    public void CpuDevice_Allocates_ThroughItsMeter()
    {
        using var device = new CpuDevice(threadCount: 1);
        using (device.Allocate(DType.F64, new TensorShape(3, 5)))
        {
            Assert.That(device.AllocatedBytes, Is.EqualTo(120));
        }

        Assert.That(device.AllocatedBytes, Is.Zero);
        Assert.That(device.PeakAllocatedBytes, Is.EqualTo(120));
        device.ResetPeak();
        Assert.That(device.PeakAllocatedBytes, Is.Zero);
    }
}
