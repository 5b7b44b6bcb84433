using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Tensors.Tests.Safetensors;

public sealed class ReadFromFileTests
{
    private TemporaryDirectory _directory = null!;

    private string Path => _directory.Combine("model.safetensors");

    [SetUp]
    public void WriteFile()
    {
        _directory = new TemporaryDirectory();
        using var tensors = new TensorSet();
        tensors.Add("a", HostTensor.From([7], new TensorShape(1)));
        tensors.Add("b", HostTensor.From([.. Enumerable.Range(0, 5000).Select(value => (float)value)], new TensorShape(50, 100)));
        SafetensorsWriter.Write(Path, tensors);
    }

    [TearDown]
    public void Clean() => _directory.Dispose();

    [TestCase(0, 5000)]
    [TestCase(0, 0)]
    [TestCase(4999, 1)]
    [TestCase(1234, 321)]
    public void ReadFromFile_AnyPart_GivesWhatTheMappingHolds(int start, int count)
    {
        using var file = SafetensorsFile.Open(Path);
        file.TryGet("b", out var tensor);
        using var part = HostTensor.Allocate(DType.F32, new TensorShape(count));
        var mapped = (HostTensor)tensor!;
        mapped.ReadFromFile(start, part);
        Assert.That(mapped.IsMapped);
        Assert.That(part.AsSpan<float>().ToArray(), Is.EqualTo(mapped.AsSpan<float>().Slice(start, count).ToArray()));
        if (count > 20)
        {
            mapped.Slice(start, count).ReadFromFile(7, part.Slice(0, 3));
            Assert.That(
                part.AsSpan<float>()[..3].ToArray(),
                Is.EqualTo(new float[] { start + 7, start + 8, start + 9 }),
                "a slice counts from its own start");
        }
    }

    [Test]
    public void ReadFromFile_BeyondTheTensor_IsRefused()
    {
        using var file = SafetensorsFile.Open(Path);
        file.TryGet("b", out var tensor);
        using var part = HostTensor.Allocate(DType.F32, new TensorShape(2));
        Assert.That(() => ((HostTensor)tensor!).ReadFromFile(4999, part), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void ReadFromFile_TensorInMemory_IsRefused()
    {
        using var tensor = HostTensor.From([1, 2], new TensorShape(2));
        Assert.That(tensor.IsMapped, Is.False);
        Assert.That(() => tensor.ReadFromFile(0, tensor), Throws.InvalidOperationException);
    }

    /// <summary>Through the mapping, the process would die.</summary>
    [Test]
    public void ReadFromFile_FileCutShort_SaysSo()
    {
        using var file = SafetensorsFile.Open(Path);
        file.TryGet("b", out var tensor);
        using (var cutter = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            cutter.SetLength(cutter.Length - 4);
        }

        using var part = HostTensor.Allocate(DType.F32, new TensorShape(10));
        Assert.That(
            () => ((HostTensor)tensor!).ReadFromFile(4990, part),
            Throws.TypeOf<SafetensorsException>().With.Message.Contains("model.safetensors").And.Message.Contains("now ends before byte"));
    }

    [Test]
    public void ReadFromFile_ClosedFile_IsRefused()
    {
        using var part = HostTensor.Allocate(DType.F32, new TensorShape(1));
        HostTensor tensor;
        using (var file = SafetensorsFile.Open(Path))
        {
            file.TryGet("a", out var found);
            tensor = (HostTensor)found!;
        }

        Assert.That(() => tensor.ReadFromFile(0, part), Throws.InstanceOf<ObjectDisposedException>());
    }
}
