using System.Diagnostics;
using System.Text;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Tensors.Tests.Safetensors;

/// <summary>What lands on the disk, byte by byte, and what does not when the disk fails.</summary>
public sealed class SafetensorsWriterTests
{
    private TemporaryDirectory _directory = null!;

    private string Target => _directory.Combine("model.safetensors");

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Write_OneTensor_HasTheBytesOfTheFormat()
    {
        using var tensors = new TensorSet();
        tensors.Add("a", HostTensor.From([1, 2], new TensorShape(1, 2)));
        SafetensorsWriter.Write(Target, tensors, new Dictionary<string, string> { ["format"] = "pt", ["Ä"] = "ö" });
        var json = """{"__metadata__":{"format":"pt","Ä":"ö"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        var padded = Encoding.UTF8.GetBytes(json).ToList();
        while (padded.Count % 8 != 0)
        {
            padded.Add((byte)' ');
        }

        byte[] expected =
            [.. BitConverter.GetBytes((ulong)padded.Count), .. padded, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(expected));
    }

    [Test]
    public void Write_AnyOrderOfAdding_GivesTheSameBytes()
    {
        string[] names = ["b", "a", "B", "a.1", "ä"];
        DType[] types = [DType.U8, DType.F16, DType.F64, DType.BF16, DType.I32];
        var files = new List<byte[]>();
        foreach (var order in new int[][] { [0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3] })
        {
            using var tensors = new TensorSet();
            foreach (var index in order)
            {
                tensors.Add(names[index], Filled(types[index], new TensorShape(3), index));
            }

            SafetensorsWriter.Write(Target, tensors);
            files.Add(File.ReadAllBytes(Target));
        }

        Assert.That(files[1], Is.EqualTo(files[0]));
        Assert.That(files[2], Is.EqualTo(files[0]));

        // Largest elements first, then ordinal names: every tensor starts at a multiple of its element size.
        using var file = SafetensorsFile.Open(Target);
        var header = Encoding.UTF8.GetString(File.ReadAllBytes(Target));
        int[] positions =
            [.. new[] { "\"B\"", "\"ä\"", "\"a\"", "\"a.1\"", "\"b\"" }.Select(name => header.IndexOf(name, StringComparison.Ordinal))];
        Assert.That(positions, Is.Ordered.And.All.GreaterThan(0));
    }

    [Test]
    public void Write_Stopped_LeavesNothing()
    {
        using var tensors = new TensorSet();
        tensors.Add("a", HostTensor.From([1, 2], new TensorShape(2)));
        Assert.That(
            () => SafetensorsWriter.Write(Target, tensors, metadata: null, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_directory.Entries(), Is.Empty);
    }

    [Test]
    public void Write_OverAMappedFile_LeavesTheMapAsItWas()
    {
        using var tensors = new TensorSet();
        tensors.Add("a", HostTensor.From([1, 2], new TensorShape(2)));
        SafetensorsWriter.Write(Target, tensors);
        using var old = SafetensorsFile.Open(Target);
        tensors.Remove("a");
        tensors.Add("a", HostTensor.From([3, 4, 5], new TensorShape(3)));
        SafetensorsWriter.Write(Target, tensors);
        using var fresh = SafetensorsFile.Open(Target);
        Assert.That(Values(old), Is.EqualTo(new float[] { 1, 2 }));
        Assert.That(Values(fresh), Is.EqualTo(new float[] { 3, 4, 5 }));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "model.safetensors" }));
    }

    [Test]
    public void Write_TensorLargerThanOneChunk_ArrivesWhole()
    {
        using var tensors = new TensorSet();
        var shape = new TensorShape(3, 1_000_003);
        tensors.Add("large", Filled(DType.F32, shape, 7));
        SafetensorsWriter.Write(Target, tensors);
        using var file = SafetensorsFile.Open(Target);
        Assert.That(file.TryGet("large", out var read));
        tensors.TryGet("large", out var written);
        Assert.That(((HostTensor)read!).AsSpan<int>().SequenceEqual(((HostTensor)written!).AsSpan<int>()));
    }

    [TestCase(0)]
    [TestCase(40)]
    [TestCase(200)]
    public void Write_DiskFull_SaysSoAndLeavesTheOldFile(int capacity)
    {
        File.WriteAllText(Target, "old");
        using var tensors = new TensorSet();
        tensors.Add("a", Filled(DType.F32, new TensorShape(64), 0));
        var exception = Assert.Throws<ConvergenceException>(
            () => SafetensorsWriter.Write(
                Target, tensors, metadata: null, inner => new FailingStream(inner, capacity, FailingStream.DiskFull)));
        Assert.That(
            exception!.Message,
            Does.StartWith(Target).And.Contain("disk is full").And.Contain("bytes are needed").And.Contain("Free some space"));
        Assert.That(File.ReadAllText(Target), Is.EqualTo("old"));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "model.safetensors" }));
    }

    [Test]
    public void Write_RealFullDisk_SaysSoAndLeavesNothing()
    {
        if (!OperatingSystem.IsLinux() || !Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", _directory.Path))
        {
            Assert.Ignore("needs the right to mount a small file system, which this user or system does not have");
        }

        try
        {
            using var tensors = new TensorSet();
            tensors.Add("a", Filled(DType.F32, new TensorShape(100_000), 0));
            var exception = Assert.Throws<ConvergenceException>(() => SafetensorsWriter.Write(Target, tensors));
            Assert.That(exception!.Message, Does.Contain("disk is full").And.Contain("400,"));
            Assert.That(_directory.Entries(), Is.Empty);
        }
        finally
        {
            Run("umount", _directory.Path);
        }
    }

    [Test]
    public void Write_MissingDirectory_NamesThePath()
    {
        var path = _directory.Combine("none", "model.safetensors");
        using var tensors = new TensorSet();
        Assert.That(() => SafetensorsWriter.Write(path, tensors), Throws.TypeOf<ConvergenceException>().With.Message.Contain(path));
    }

    [Test]
    public void Write_NameOutsideTheFormat_IsRefused([Values(false, true)] bool reserved)
    {
        // Half a surrogate pair: made here, because metadata of an assembly cannot hold it.
        var name = reserved ? SafetensorsFormat.MetadataKey : "half" + (char)0xD800;
        using var tensors = new TensorSet();
        tensors.Add(name, HostTensor.From([1], new TensorShape(1)));
        Assert.That(() => SafetensorsWriter.Write(Target, tensors), Throws.InstanceOf<ArgumentException>());
        Assert.That(_directory.Entries(), Is.Empty);
    }

    private static HostTensor Filled(DType dtype, TensorShape shape, int seed)
    {
        var tensor = HostTensor.Allocate(dtype, shape);
        var bytes = new byte[tensor.ByteCount];
        new Random(seed).NextBytes(bytes);
        CopyBytes(bytes, tensor);
        return tensor;
    }

    private static void CopyBytes(byte[] bytes, HostTensor tensor)
    {
        unsafe
        {
            bytes.CopyTo(new Span<byte>(tensor.Pointer, bytes.Length));
        }
    }

    private static float[] Values(SafetensorsFile file) =>
        file.TryGet("a", out var tensor) ? ((HostTensor)tensor).AsSpan<float>().ToArray() : [];

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
