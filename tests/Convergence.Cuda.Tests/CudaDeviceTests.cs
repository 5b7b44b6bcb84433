using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests;

public sealed class CudaDeviceTests
{
    private CudaDevice _device = null!;

    [SetUp]
    public void Open() => _device = (CudaDevice)EmulatedDevice.Create();

    [TearDown]
    public void Close()
    {
        _device?.Dispose();
        EmulatedGpu.Reset();
    }

    [Test]
    public void WriteAndRead_RoundOnceAndComeBack(
        [Values(DType.F32, DType.BF16, DType.F16, DType.F64)] DType dtype, [Values(0, 1, 7, 300_000)] int count)
    {
        // Whole numbers up to 128 are exact in every type.
        var values = Enumerable.Range(0, count).Select(index => (float)((index % 257) - 128)).ToArray();
        using var tensor = _device.Allocate(dtype, new TensorShape(count));
        _device.Write(values, tensor);
        var read = new float[count];
        _device.Read(tensor, read);

        Assert.That(read, Is.EqualTo(values));
    }

    [Test]
    public void ImportAndExport_KeepEveryByteAndTheShape([Values(3, 40_000, 9_000_000)] int count)
    {
        using var host = HostTensor.Allocate(DType.U8, new TensorShape(count));
        Fill(host);
        using var imported = _device.Import(host);
        using var exported = _device.Export(imported);

        Assert.That((exported.DType, exported.Shape), Is.EqualTo((host.DType, host.Shape)));
        Assert.That(exported.AsSpan<byte>().SequenceEqual(host.AsSpan<byte>()));
    }

    [Test]
    public void BeginExport_BesideLaterWork_BringsThePiecesInTheirOrder()
    {
        // More than its buffers hold at once, in pieces that have nothing to do with them.
        var shape = new TensorShape(40_000_001);
        using var host = HostTensor.Allocate(DType.U8, shape);
        using var arrived = HostTensor.Allocate(DType.U8, shape);
        Fill(host);
        using var tensor = _device.Import(host);
        using (var export = _device.BeginExport(tensor))
        {
            Assert.That(() => _device.BeginExport(tensor), Throws.InvalidOperationException);
            using var later = _device.Import(host);
            for (long first = 0; first < shape.ElementCount; first += 9_999_991)
            {
                export.Take(arrived.Slice(first, Math.Min(9_999_991, shape.ElementCount - first)));
            }

            Assert.That(() => export.Take(arrived.Slice(0, 1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        }

        Assert.That(arrived.AsSpan<byte>().SequenceEqual(host.AsSpan<byte>()));
    }

    [Test]
    public void BeginExport_AfterOneThatWasGivenUp_BeginsAnew()
    {
        using var ones = HostTensor.From([1, 2, 3], new TensorShape(3));
        using var tensor = _device.Import(ones);
        _device.BeginExport(tensor).Dispose();
        using var doubled = _device.Allocate(DType.F32, ones.Shape);
        _device.Merging.Combine([tensor], [2.0], doubled);
        using var export = _device.BeginExport(doubled);
        using var arrived = HostTensor.Allocate(DType.F32, ones.Shape);
        export.Take(arrived);

        Assert.That(arrived.AsSpan<float>().ToArray(), Is.EqualTo(new float[] { 2, 4, 6 }));
    }

    [Test]
    public void Views_ShareTheirTensorsElements()
    {
        using var tensor = _device.Allocate(DType.F32, new TensorShape(2, 3));
        _device.Write([1, 2, 3, 4, 5, 6], tensor);
        var read = new float[2];
        _device.Read(tensor.Slice(3, 2), read);

        Assert.That(read, Is.EqualTo(new float[] { 4, 5 }));
        Assert.That(tensor.Reshape(new TensorShape(3, 2)).Shape, Is.EqualTo(new TensorShape(3, 2)));
        Assert.That(() => tensor.Reshape(new TensorShape(4)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => tensor.Slice(5, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Import_IntoMemoryThatAQueuedKernelStillReads_Waits()
    {
        var shape = new TensorShape(1 << 20);
        using var output = _device.Allocate(DType.F32, shape);
        using var ones = HostTensor.Allocate(DType.F32, shape);
        using var twos = HostTensor.Allocate(DType.F32, shape);
        ones.AsSpan<float>().Fill(1);
        twos.AsSpan<float>().Fill(2);

        // The copy is queued, its input's memory given back and filled anew before anybody has waited for anything.
        var first = _device.Import(ones);
        _device.Merging.Combine([first], [1.0], output);
        first.Dispose();
        using var second = _device.Import(twos);
        var read = new float[shape.ElementCount];
        _device.Read(output, read);

        Assert.That(read, Is.All.EqualTo(1f));
    }

    [Test]
    public void Meters_CountWhatTensorsHold_AndNothingIsLeft()
    {
        var held = _device.AllocatedBytes;
        var tensor = _device.Allocate(DType.F64, new TensorShape(1000));
        Assert.That(_device.AllocatedBytes - held, Is.EqualTo(8000));
        tensor.Dispose();
        Assert.That((_device.AllocatedBytes, _device.PeakAllocatedBytes - held), Is.EqualTo((held, 8000L)));
        _device.ResetPeak();
        Assert.That(_device.PeakAllocatedBytes, Is.EqualTo(held));

        _device.Dispose();
        Assert.That((EmulatedGpu.AllocatedBytes(), EmulatedGpu.DamagedBlockCount), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Allocate_MoreThanThereIs_NamesWhatWasAskedForAndTheCure()
    {
        EmulatedGpu.Configure("memory", 64 << 20);
        Assert.That(
            () => _device.Allocate(DType.U8, new TensorShape(100 << 20)),
            Throws.TypeOf<CudaException>()
                .With.Message.Contains("cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY (2)").And.Message.Contains("105 MB were asked for")
                .And.Message.Contains("use device: cpu").And.Property(nameof(DeviceException.IsOutOfMemory)).True);
    }

    [Test]
    public void Allocate_WhenOnlyKeptBlocksAreInTheWay_TrimsThem()
    {
        EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + (64 << 20));
        _device.Allocate(DType.U8, new TensorShape(40 << 20)).Dispose();
        using var other = _device.Allocate(DType.U8, new TensorShape(50 << 20));

        Assert.That(_device.Runtime.Memory.KeptByteCount, Is.Zero);
    }

    [Test]
    public void Kernel_ThatFaults_LosesTheDeviceAndNotTheProcess()
    {
        EmulatedGpu.Configure("fault", "combine");
        using var ones = HostTensor.From([1, 2, 3], new TensorShape(3));
        using var input = _device.Import(ones);
        using var output = _device.Allocate(DType.F32, new TensorShape(3));
        var failure = Assert.Throws<CudaException>(() =>
        {
            _device.Merging.Combine([input], [2.0], output);
            _device.Read(output, new float[3]);
        });

        Assert.That((failure!.IsLost, failure.IsOutOfMemory), Is.EqualTo((true, false)));
        Assert.That(failure.Message, Does.Contain("failed: CUDA_ERROR_").And.Contain("start again").And.Not.Contain("device: cpu"));
        Assert.That(() => _device.Dispose(), Throws.Nothing);

        EmulatedGpu.Reset();
        using var another = EmulatedDevice.Create();
        using var fresh = another.Import(ones);
        var read = new float[3];
        another.Read(fresh, read);
        Assert.That(read, Is.EqualTo(new float[] { 1, 2, 3 }));
    }

    [Test]
    public void Time_IsTheGpusOwn()
    {
        EmulatedGpu.Configure("slow", "combine");
        EmulatedGpu.Configure("slow_ms", 30);
        using var ones = HostTensor.From([1, 2, 3], new TensorShape(3));
        using var input = _device.Import(ones);
        using var output = _device.Allocate(DType.F32, new TensorShape(3));

        Assert.That(
            _device.Time(() => _device.Merging.Combine([input], [2.0], output)),
            Is.InRange(TimeSpan.FromMilliseconds(30), TimeSpan.FromSeconds(30)));
    }

    private static void Fill(HostTensor tensor)
    {
        var bytes = tensor.AsSpan<byte>();
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] = (byte)((index * 31) ^ (index >> 9));
        }
    }
}
