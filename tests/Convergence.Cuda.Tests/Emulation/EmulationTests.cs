using System.Runtime.InteropServices;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;
using Convergence.Testing;
using ModuleHandle = Convergence.Cuda.Runtime.ModuleHandle;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>The emulation finds what it is there to find: kernels with mistakes, and a host that does not wait.</summary>
public sealed unsafe class EmulationTests
{
    private const int Count = 64;

    // Unloading one waits for its kernels, so they stay until the test is over.
    private readonly List<ModuleHandle> _modules = [];
    private CudaRuntime _runtime = null!;

    [SetUp]
    public void CreateTheRuntime() => _runtime = EmulatedRuntime.Create();

    [TearDown]
    public void DisposeTheRuntime()
    {
        if (_runtime is not null)
        {
            _modules.ForEach(module => module.Dispose());
            _modules.Clear();
            _runtime.Dispose();
            EmulatedGpu.Reset();
        }
    }

    [Test]
    public void Kernel_WithItsBarrier_IsTheSameInEveryOrder([Values(0, 1)] int reversed)
    {
        EmulatedGpu.Configure("reversed", reversed);
        Assert.That(Run("reverse_with_barrier", salt: 100), Is.EqualTo(Enumerable.Range(0, Count).Select(i => Count - 1 - i + 100)));
    }

    [Test]
    public void Kernel_WithoutItsBarrier_IsFoundOut()
    {
        var forward = Run("reverse_without_barrier", salt: 1000);
        EmulatedGpu.Configure("reversed", 1);
        Assert.That(Run("reverse_without_barrier", salt: 2000), Is.Not.EqualTo(forward.Select(value => value + 1000)));
    }

    [Test]
    public void Kernel_WhoseThreadsWaitForNobody_Fails() =>
        Assert.That(
            () => Run("wait_for_nobody", salt: 1),
            Throws.TypeOf<CudaException>().With.Property(nameof(CudaException.ErrorName)).EqualTo("CUDA_ERROR_LAUNCH_FAILED")
                .And.Property(nameof(CudaException.IsLost)).True);

    [Test]
    public void Kernel_ThatWritesBesideItsBlock_IsFoundOut()
    {
        if (SanitizedRun.IsOn)
        {
            Assert.Ignore("the sanitizer would end the process");
        }

        _runtime.Context.MakeCurrent();
        Assert.That(CudaDriver.MemAlloc(out var output, Count * sizeof(int)), Is.Zero);
        Launch("write_beside", output, salt: 1);
        _runtime.Synchronize();
        Assert.That(EmulatedGpu.DamagedBlockCount, Is.EqualTo(1));
        Assert.That(CudaDriver.MemFree(output), Is.Not.Zero);
    }

    [Test]
    public void Download_BeforeTheHostWaits_HasNotHappened()
    {
        using var block = _runtime.Upload<int>([7]);
        using var pinned = new PinnedBuffer(_runtime.Context, sizeof(int));
        var value = (int*)pinned.Pointer;
        *value = 5;
        _runtime.Compute.Download(block.Address, value, sizeof(int));
        Assert.That(*value, Is.EqualTo(5));
        _runtime.Compute.Synchronize();
        Assert.That(*value, Is.EqualTo(7));
    }

    [Test]
    public void Streams_ThatWaitForEachOther_AreTheSameInEveryOrder(
        [ValueSource(typeof(EmulatedGpu), nameof(EmulatedGpu.Orders))] int order)
    {
        EmulatedGpu.Configure("order", order);
        Assert.That(ReadWhileAnotherStreamWrites(), Is.EqualTo(new[] { 1, 2 }));
    }

    // The first holds the writer back until the old value is read, the second the reader until the new one is written.
    [Test]
    public void Streams_WithoutOneOfTheirWaits_AreFoundOut([Values(1, 2)] int lostWait) =>
        Assert.That(
            EmulatedGpu.Orders.Select(order =>
            {
                EmulatedGpu.Configure("order", order);
                EmulatedGpu.Configure("lost_wait", lostWait);
                return ReadWhileAnotherStreamWrites();
            }),
            Has.Some.Not.EqualTo(new[] { 1, 2 }));

    [Test]
    public void Source_ThatIsNotTheBuilt_DoesNotCompile() =>
        Assert.That(
            () => _runtime.Kernels.Load(KernelSource.Of("checks", "something else")),
            Throws.TypeOf<CudaException>().With.Message.Contains("NVRTC_ERROR_COMPILATION").And.Message.Contains("was built from"));

    private int[] ReadWhileAnotherStreamWrites()
    {
        using var block = _runtime.Upload<int>([1]);
        using var seen = _runtime.Upload<int>([0, 0]);
        using var pinned = new PinnedBuffer(_runtime.Context, sizeof(int));
        using var isRead = new CudaEvent(_runtime.Context);
        using var isWritten = new CudaEvent(_runtime.Context);
        *(int*)pinned.Pointer = 2;
        _runtime.Compute.Copy(block.Address, seen.Address, sizeof(int));
        _runtime.Compute.Record(isRead);
        _runtime.Transfer.WaitFor(isRead);
        _runtime.Transfer.Upload(pinned.Pointer, block.Address, sizeof(int));
        _runtime.Transfer.Record(isWritten);
        _runtime.Compute.WaitFor(isWritten);
        _runtime.Compute.Copy(block.Address, seen.Address + sizeof(int), sizeof(int));
        var values = new int[2];
        _runtime.Download(seen.Address, values.AsSpan());
        _runtime.Synchronize();
        return values;
    }

    private int[] Run(string kernel, int salt)
    {
        using var output = _runtime.Upload<int>(new int[Count]);
        Launch(kernel, output.Address, salt);
        var result = new int[Count];
        _runtime.Download(output.Address, result.AsSpan());
        return result;
    }

    private void Launch(string kernel, ulong output, int salt)
    {
        var text = File.ReadAllText(RepositoryRoot.Combine("tests", "Convergence.Cuda.Tests", "Emulator", "checks.cu"));
        _modules.Add(_runtime.Kernels.Load(KernelSource.Of("checks", text)));
        var arguments = new CheckArgs { Output = output, Salt = salt };
        new CudaKernel(_modules[^1], kernel).Launch(_runtime.Compute, 1, Count, sharedByteCount: 0, arguments);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CheckArgs
    {
        public ulong Output;
        public int Salt;
    }
}
