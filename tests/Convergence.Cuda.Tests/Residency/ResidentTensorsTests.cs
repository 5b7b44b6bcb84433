using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Residency;

public sealed class ResidentTensorsTests
{
    private TemporaryDirectory _directory = null!;
    private CudaDevice _device = null!;
    private string _file = null!;

    [SetUp]
    public void Open()
    {
        _directory = new TemporaryDirectory();
        _file = TinyModels.Write(_directory.Path, new TinyModelOptions(), seed: 1) + "/model.safetensors";
        _device = (CudaDevice)EmulatedDevice.Create();
        _device.Residents.Budget = long.MaxValue;
    }

    [TearDown]
    public void Close()
    {
        _device?.Dispose();
        _directory.Dispose();
    }

    [Test]
    public void Import_AgainFromAnotherMapping_LendsWhatIsThere()
    {
        using var one = SafetensorsFile.Open(_file);
        using var other = SafetensorsFile.Open(_file);
        var name = one.Names[0];
        using var first = Import(one, name);
        using var second = Import(other, name);

        Assert.That(second.Address, Is.EqualTo(first.Address));
        Assert.That(_device.Residents.ByteCount, Is.EqualTo(first.ByteCount));
        Assert.That(Values(second), Is.EqualTo(HostValues(other, name)));
    }

    [Test]
    public void Import_BeyondTheBudget_IsTheCallersOwn()
    {
        using var file = SafetensorsFile.Open(_file);
        var (kept, beyond) = (file.Names[0], file.Names[1]);
        _device.Residents.Budget = Host(file, kept).ByteCount;
        Import(file, kept).Dispose();
        var before = _device.AllocatedBytes;
        Import(file, beyond).Dispose();

        Assert.That(_device.AllocatedBytes, Is.EqualTo(before));
        Assert.That(_device.Residents.ByteCount, Is.EqualTo(Host(file, kept).ByteCount));
    }

    [Test]
    public void Reclaim_WhatIsLent_StaysUntilItIsReturned()
    {
        using var file = SafetensorsFile.Open(_file);
        var lent = Import(file, file.Names[0]);
        Assert.That(_device.Residents.Reclaim(), Is.Zero);
        Assert.That(Values(lent), Is.EqualTo(HostValues(file, file.Names[0])));

        lent.Dispose();
        lent.Dispose();
        Assert.That(_device.Residents.Reclaim(), Is.EqualTo(Host(file, file.Names[0]).ByteCount));
        Assert.That((_device.Residents.ByteCount, _device.Residents.Budget), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Allocate_WhenTheMemoryIsFull_TakesItFromWhatStaysAndSaysSo()
    {
        using var file = SafetensorsFile.Open(_file);
        var notes = new List<string>();
        _device.Noted += notes.Add;
        Array.ForEach([.. file.Names], name => Import(file, name).Dispose());
        var resident = _device.Residents.ByteCount;

        // A little more is wanted than is free.
        EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + (1 << 20) - 2048);
        try
        {
            using var large = _device.Allocate(DType.U8, new TensorShape(1 << 20));
            Assert.That(_device.Residents.ByteCount, Is.LessThan(resident));
            Assert.That(notes, Has.Some.Contains("fewer of the parents' weights stay on it than planned"));
        }
        finally
        {
            EmulatedGpu.Reset();
        }
    }

    private static HostTensor Host(SafetensorsFile file, string name) =>
        file.TryGet(name, out var tensor) ? (HostTensor)tensor : throw new ArgumentException(name);

    private CudaTensor Import(SafetensorsFile file, string name) => (CudaTensor)_device.Import(Host(file, name));

    private float[] Values(CudaTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        _device.Read(tensor, values);
        return values;
    }

    private static float[] HostValues(SafetensorsFile file, string name)
    {
        using var cpu = new Tensors.Cpu.CpuDevice(threadCount: 1);
        var values = new float[Host(file, name).ElementCount];
        cpu.Read(Host(file, name), values);
        return values;
    }
}
