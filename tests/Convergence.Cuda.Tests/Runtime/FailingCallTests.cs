using Convergence.Cuda.Runtime;
using Convergence.Cuda.Tests.Emulation;
using Convergence.Cuda.Transformer;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Runtime;

/// <summary>A function of CUDA's that fails is named with the error's own name, and what comes after works.</summary>
[NonParallelizable]
public sealed class FailingCallTests
{
    private CudaDevice _device = null!;

    [SetUp]
    public void Open() => _device = (CudaDevice)EmulatedDevice.Create(ProductPrecision.Bf16);

    [TearDown]
    public void Close()
    {
        _device?.Dispose();
        EmulatedGpu.Reset();
    }

    [TestCase(1, "cublasGemmEx", 13, "CUBLAS_STATUS_EXECUTION_FAILED")]
    [TestCase(1, "cublasGemmEx", 15, "CUBLAS_STATUS_NOT_SUPPORTED")]
    [TestCase(2, "cublasGemmStridedBatchedEx", 13, "CUBLAS_STATUS_EXECUTION_FAILED")]
    [TestCase(1, "cublasCreate", 14, "CUBLAS_STATUS_INTERNAL_ERROR")]
    [TestCase(1, "cublasGemmEx", 1, "CUBLAS_STATUS_NOT_INITIALIZED")]
    [TestCase(1, "cublasGemmEx", 8, "CUBLAS_STATUS_ARCH_MISMATCH")]
    public void MatMul_ThatCublasRefuses_IsToldInItsWords_AndTheNextWorks(int memberCount, string function, int status, string name)
    {
        EmulatedGpu.Configure("failing_call", $"{function} {status}");
        var failure = Assert.Throws<CudaException>(() => Multiply(memberCount))!;

        Assert.That(failure.Message, Does.StartWith($"{function} failed: {name} ({status}): "));
        Assert.That((failure.ErrorName, failure.IsOutOfMemory, failure.IsLost), Is.EqualTo((name, false, false)));
        Assert.That(Multiply(memberCount), Is.All.EqualTo(6f));
    }

    [Test]
    public void MatMul_ForWhichCublasFindsNoMemory_IsOutOfMemory([Values(1, 2)] int memberCount)
    {
        EmulatedGpu.Configure("failing_call", $"{(memberCount == 1 ? "cublasGemmEx" : "cublasGemmStridedBatchedEx")} 3 100");
        var failure = Assert.Throws<CudaException>(() => Multiply(memberCount))!;

        Assert.That(failure.Message, Does.Contain("CUBLAS_STATUS_ALLOC_FAILED (3)").And.Contain("Free memory on the GPU"));
        Assert.That((failure.IsOutOfMemory, failure.IsLost), Is.EqualTo((true, false)));
    }

    // On a GPU without free memory cuBLAS often says that it is not initialised. An old driver may be why as well.
    [Test]
    public void MatMul_ForWhichCublasCannotBeMade_IsOutOfMemory()
    {
        EmulatedGpu.Configure("failing_call", "cublasCreate 1 100");
        var failure = Assert.Throws<CudaException>(() => Multiply(memberCount: 1))!;

        Assert.That(failure.Message, Does.Contain("CUBLAS_STATUS_NOT_INITIALIZED (1)").And.Contain("update NVIDIA's driver"));
        Assert.That((failure.IsOutOfMemory, failure.IsLost), Is.EqualTo((true, false)));
    }

    [TestCase("cublasGemmEx", 3)]
    [TestCase("cublasCreate", 3)]
    [TestCase("cublasCreate", 1)]
    public void MatMul_ForWhichCublasFindsNoMemory_GetsWhatIsKept(string function, int status)
    {
        using (var kept = _device.Allocate(DType.U8, new TensorShape(1 << 20)))
        {
            EmulatedGpu.Configure("failing_call", $"{function} {status}");
        }

        Assert.That(Multiply(memberCount: 1), Is.All.EqualTo(6f));
    }

    // The call that comes after the faulting kernel is the product itself, or the making of cuBLAS.
    [Test]
    public void MatMul_AfterAKernelThatFaulted_LosesTheDevice([Values] bool isFirst)
    {
        if (!isFirst)
        {
            Multiply(memberCount: 1);
        }

        EmulatedGpu.Configure("eager", 1);
        EmulatedGpu.Configure("fault", "narrow");
        var failure = Assert.Throws<CudaException>(() => Multiply(memberCount: 1))!;

        Assert.That((failure.IsLost, failure.ErrorName), Is.EqualTo((true, "CUDA_ERROR_ILLEGAL_ADDRESS")));
    }

    [Test]
    public void DeviceList_AfterAnAllocationThatFailed_IsThereAgain()
    {
        using var list = new DeviceList(_device.Runtime);
        list.Upload([1, 2, 3]);
        EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes());
        var many = Enumerable.Range(0, 100_000).ToArray();
        Assert.That(() => list.Upload(many), Throws.TypeOf<CudaException>().With.Property(nameof(DeviceException.IsOutOfMemory)).True);
        EmulatedGpu.Reset();

        Assert.That(Read(list.Upload([1, 2, 3]), 3), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(Read(list.Upload(many), many.Length), Is.EqualTo(many));
    }

    // Uploading takes a pinned buffer too: the first that is asked for.
    [Test]
    public void DeviceList_AfterAnUploadThatFailed_UploadsAnew()
    {
        using var list = new DeviceList(_device.Runtime);
        EmulatedGpu.Configure("failing_call", "cuMemHostAlloc 2");
        Assert.That(() => list.Upload([4, 5]), Throws.TypeOf<CudaException>());

        Assert.That(Read(list.Upload([4, 5]), 2), Is.EqualTo(new[] { 4, 5 }));
    }

    // In three parts, of which the first is on its way when the second cannot be: whoever gets the memory next must not find it there.
    [Test]
    public void Import_OfWhichOnePartFails_GivesItsMemoryBack_ToBeWrittenAnew(
        [ValueSource(typeof(EmulatedGpu), nameof(EmulatedGpu.Orders))] int order)
    {
        EmulatedGpu.Configure("order", order);
        using var ones = HostTensor.From([.. Enumerable.Repeat(1f, 5 << 20)], new TensorShape(5 << 20));
        var held = _device.AllocatedBytes;
        EmulatedGpu.Configure("failing_call", "cuMemcpyHtoDAsync 1 1 1");

        Assert.That(
            () => _device.Import(ones),
            Throws.TypeOf<CudaException>().With.Message.StartsWith("cuMemcpyHtoDAsync failed: CUDA_ERROR_INVALID_VALUE (1)")
                .And.Property(nameof(DeviceException.IsLost)).False);
        Assert.That(_device.AllocatedBytes, Is.EqualTo(held));

        var allocated = EmulatedGpu.AllocatedBytes();
        using var zeros = _device.Allocate(DType.F32, ones.Shape);
        Assert.That(EmulatedGpu.AllocatedBytes(), Is.EqualTo(allocated), "it is the memory that was given back");
        _device.Runtime.Compute.Clear(((CudaTensor)zeros).Address, ones.ByteCount);
        _device.Runtime.Synchronize();
        Assert.That(_device.Merging.LargestMagnitude(zeros), Is.Zero);

        using var imported = _device.Import(ones);
        Assert.That(_device.Merging.LargestMagnitude(imported), Is.EqualTo(1));
        Assert.That(EmulatedGpu.DamagedBlockCount, Is.Zero);
    }

    [TestCase("cuMemHostAlloc")]
    [TestCase("cuEventCreate")]
    public void BeginExport_ThatFailed_LeavesRoomForTheNext(string function)
    {
        using var ones = HostTensor.From([1, 2, 3], new TensorShape(3));
        using var tensor = _device.Import(ones);
        EmulatedGpu.Configure("failing_call", $"{function} 2");
        Assert.That(() => _device.BeginExport(tensor), Throws.TypeOf<CudaException>());

        using var export = _device.BeginExport(tensor);
        using var arrived = HostTensor.Allocate(DType.F32, ones.Shape);
        export.Take(arrived);
        Assert.That(arrived.AsSpan<float>().ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
    }

    [Test]
    public void Pinned_ThatTheHostRefuses_IsCalledTheHostsMemory()
    {
        EmulatedGpu.Configure("failing_call", "cuMemHostAlloc 2");
        Assert.That(
            () => new PinnedBuffer(_device.Runtime.Context, 100),
            Throws.TypeOf<CudaException>().With.Message.Contains("cuMemHostAlloc failed: CUDA_ERROR_OUT_OF_MEMORY (2)")
                .And.Message.Contains("main memory").And.Message.Not.Contains("nvidia-smi"));
    }

    [TestCase("cuStreamCreate")]
    [TestCase("cuEventCreate")]
    [TestCase("cuDevicePrimaryCtxRetain")]
    public void Create_WhereSomethingCannotBeMade_LeavesNothingBehind(string function)
    {
        _device.Dispose();

        // What other tests left behind.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(EmulatedGpu.HasContext, Is.False);
        EmulatedGpu.Configure("failing_call", $"{function} 2");
        Assert.That(
            () => EmulatedDevice.Create(), Throws.TypeOf<CudaException>().With.Property(nameof(DeviceException.IsOutOfMemory)).True);
        Assert.That(EmulatedGpu.HasContext, Is.False, "whatever was made lets the context go at once");

        _device = (CudaDevice)EmulatedDevice.Create(ProductPrecision.Bf16);
        Assert.That(Multiply(memberCount: 1), Is.All.EqualTo(6f));
    }

    // [2 * members, 3] of ones by [4, 3] of twos.
    private float[] Multiply(int memberCount)
    {
        using var weight = Filled(2, 4, 3);
        using var input = Filled(1, 2 * memberCount, 3);
        using var output = Filled(0, 2 * memberCount, 4);
        using var packed = _device.Transformer.Pack([weight], WeightLayout.OutputByInput, reuse: null, member: 0, memberCount);
        for (var member = 1; member < memberCount; member++)
        {
            _device.Transformer.Pack([weight], WeightLayout.OutputByInput, packed, member, memberCount);
        }

        _device.Transformer.MatMul(MatrixView.Of(input), packed, bias: null, MatrixView.Of(output));
        var read = new float[output.ElementCount];
        _device.Read(output, read);
        return read;
    }

    private DeviceTensor Filled(float value, int rows, int columns)
    {
        var tensor = _device.Allocate(DType.F32, new TensorShape(rows, columns));
        _device.Write([.. Enumerable.Repeat(value, rows * columns)], tensor);
        return tensor;
    }

    private int[] Read(ulong address, int count)
    {
        var values = new int[count];
        _device.Runtime.Download(address, values.AsSpan());
        return values;
    }
}
