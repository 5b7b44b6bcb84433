using Convergence.Cuda.Runtime;
using Convergence.Cuda.Tests.Emulation;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Runtime;

public sealed class KernelCacheTests
{
    private static readonly byte[] Image = [.. Enumerable.Range(0, 1000).Select(index => (byte)(index * 7))];

    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void Open() => _folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public void Find_WhatWasKept_IsTheImage()
    {
        var cache = new KernelCache(_folder.Combine("made", "when", "needed"));
        Assert.That(cache.TryKeep("some", Image));
        Assert.That(cache.Find("some"), Is.EqualTo(Image));
        Assert.That(cache.Find("other"), Is.Null);
    }

    // The driver would read on where the array ends.
    [TestCase(0)]
    [TestCase(31)]
    [TestCase(32)]
    [TestCase(500)]
    [TestCase(1031)]
    public void Find_FileThatWasCutOff_IsNothing(int length)
    {
        var cache = new KernelCache(_folder.Path);
        cache.TryKeep("some", Image);
        var file = Directory.GetFiles(_folder.Path).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);
        Assert.That(cache.Find("some"), Is.Null);
    }

    [Test]
    public void Find_FileWithAnotherByte_IsNothing([Values(0, 40, 1031)] int place)
    {
        var cache = new KernelCache(_folder.Path);
        cache.TryKeep("some", Image);
        var file = Directory.GetFiles(_folder.Path).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[place] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.That(cache.Find("some"), Is.Null);
    }

    [Test]
    public void Load_DamagedImage_IsCompiledAnewAndKept()
    {
        EmulatedGpu.Require();
        using var runtime = EmulatedRuntime.Create();
        using var first = new KernelLibrary(runtime.Context, runtime.Gpu.Architecture, new KernelCache(_folder.Path));
        first.Get("merge_combine", "combine");
        var file = Directory.GetFiles(_folder.Path).Single();
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..^10]);
        using var second = new KernelLibrary(runtime.Context, runtime.Gpu.Architecture, new KernelCache(_folder.Path));
        second.Get("merge_combine", "combine");

        Assert.That(File.ReadAllBytes(file), Is.EqualTo(whole));
    }

    [Test]
    public void Load_CacheThatCannotBeWritten_IsToldOnce()
    {
        EmulatedGpu.Require();
        using var runtime = EmulatedRuntime.Create();
        var file = _folder.Combine("file");
        File.WriteAllText(file, "in the folder's place");
        var notes = new List<string>();
        using var kernels = new KernelLibrary(runtime.Context, runtime.Gpu.Architecture, new KernelCache(file)) { Note = notes.Add };
        kernels.Get("merge_combine", "combine");
        kernels.Get("merge_ties", "merge_ties");

        Assert.That(notes, Has.Count.EqualTo(1));
        Assert.That(notes[0], Does.Contain(file).And.Contain(KernelCache.FolderVariable));
    }
}
