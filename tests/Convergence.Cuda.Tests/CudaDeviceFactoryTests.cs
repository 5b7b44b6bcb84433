using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests;

[NonParallelizable]
public sealed class CudaDeviceFactoryTests
{
    private readonly CudaDeviceFactory _factory = new();

    [SetUp]
    public void NeedGpu() => EmulatedGpu.Require();

    [TearDown]
    public void Restore() => EmulatedGpu.Reset();

    [Test]
    public void Find_Cpu_LooksForNoGpu()
    {
        EmulatedGpu.Configure("devices", 0);
        Assert.That(_factory.Find(DeviceRequest.Cpu).IsProcessor);
    }

    [Test]
    public void Find_Cuda_MakesADeviceThatComputes()
    {
        var selection = _factory.Find(new DeviceRequest(DeviceKind.Cuda));
        using var device = selection.Create(new DeviceOptions());

        Assert.That((selection.Device.ToString(), selection.IsProcessor, selection.Note), Is.EqualTo(("cuda:0", false, (string?)null)));
        Assert.That(device.Description, Does.StartWith("cuda:0, Emulated GPU 0, sm_90, "));
    }

    [Test]
    public void Find_AutoWithAGpu_SaysWhichItChose() =>
        Assert.That(_factory.Find(DeviceRequest.Auto).Note, Is.EqualTo("device: auto chose cuda:0."));

    [Test]
    public void Find_CudaWithoutAGpu_FailsWithTheCure_AndAutoSaysWhyItTakesTheCpu()
    {
        EmulatedGpu.Configure("devices", 0);
        var selection = _factory.Find(DeviceRequest.Auto);

        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda)),
            Throws.TypeOf<CudaException>().With.Message.Contains("CUDA_ERROR_NO_DEVICE").And.Message.Contains("use device: cpu"));
        Assert.That(selection.IsProcessor);
        Assert.That(selection.Note, Does.StartWith("device: auto chose the CPU. ").And.Contain("CUDA_VISIBLE_DEVICES"));
    }

    [Test]
    public void List_NamesEveryGpu_OrSaysWhyThereIsNone()
    {
        EmulatedGpu.Configure("devices", 2);
        Assert.That(_factory.List().Gpus, Is.EqualTo(new[]
        {
            "cuda:0, Emulated GPU 0, sm_90, 1.07 GB", "cuda:1, Emulated GPU 1, sm_90, 1.07 GB",
        }));
        EmulatedGpu.Configure("devices", 0);
        Assert.That(_factory.List().Gpus, Is.Empty);
        Assert.That(_factory.List().Reason, Does.Contain("CUDA_ERROR_NO_DEVICE"));
    }

    [Test]
    public void Find_OldDriver_NamesBothVersions()
    {
        EmulatedGpu.Configure("driver_version", 10020);
        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda)),
            Throws.TypeOf<CudaException>().With.Message.Contains("supports CUDA 10.2; at least 11.2 is needed. Update the driver"));
    }

    [Test]
    public void Find_CompilerNewerThanTheDriver_SaysWhatToInstall()
    {
        EmulatedGpu.Configure("driver_version", 11040);
        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda)),
            Throws.TypeOf<CudaException>()
                .With.Message.Contains("NVIDIA's driver supports CUDA 11.4 only")
                .And.Message.Contains("install NVRTC 11"));
    }

    [Test]
    public void Find_IndexThatDoesNotExist_ListsWhatThereIs()
    {
        EmulatedGpu.Configure("devices", 2);
        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda, 2)),
            Throws.TypeOf<CudaException>()
                .With.Message.Contains("cuda:2 does not exist. There are cuda:0, Emulated GPU 0")
                .And.Message.Contains("cuda:1, Emulated GPU 1"));
    }

    [Test]
    public void Find_TwoGpusOneBusy_TakesTheOtherAndSaysSo()
    {
        EmulatedGpu.Configure("devices", 2);
        EmulatedGpu.Configure("busy", 0);
        var selection = _factory.Find(new DeviceRequest(DeviceKind.Cuda));

        Assert.That(selection.Device, Is.EqualTo(new DeviceRequest(DeviceKind.Cuda, 1)));
        Assert.That(selection.Note, Does.Contain("cuda:0, Emulated GPU 0").And.Contain("in use by another process").And.Contain("cuda:1"));
        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda, 0)),
            Throws.TypeOf<CudaException>().With.Message.Contains("in use by another process").And.Message.Contains("Use another GPU"));
    }

    [Test]
    public void Find_GpuThatTheCompilerDoesNotKnow_IsFoundOutAtOnce()
    {
        EmulatedGpu.Configure("compute_capability", 61);
        var selection = _factory.Find(DeviceRequest.Auto);

        Assert.That(selection.IsProcessor);
        Assert.That(selection.Note, Does.StartWith("device: auto chose the CPU. ").And.Contain("sm_70 and newer; the GPU is sm_61."));
        Assert.That(selection.Note, Does.Contain("CONVERGENCE_CUDA_LIBRARIES"));
        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda, 0)),
            Throws.TypeOf<CudaException>().With.Message.Contains("cuda:0, Emulated GPU 0, sm_61"));
    }

    [TestCase("cuDevicePrimaryCtxRetain 999", "CUDA_ERROR_UNKNOWN")]
    [TestCase("cuModuleLoadData 222", "CUDA_ERROR_UNSUPPORTED_PTX_VERSION")]
    public void Find_GpuThatFailsWhenItIsTriedOut_IsPassedOver(string call, string error)
    {
        // Also the kernels that are on the disk already are refused then.
        EmulatedGpu.Configure("failing_call", $"{call} 2");
        EmulatedGpu.Configure("devices", 2);
        var selection = _factory.Find(DeviceRequest.Auto);
        if (call.StartsWith("cuModule", StringComparison.Ordinal))
        {
            Assert.That(selection.Device, Is.EqualTo(new DeviceRequest(DeviceKind.Cuda, 1)));
            Assert.That(selection.Note, Does.Contain($"cuda:0, Emulated GPU 0").And.Contain("cannot be used").And.Contain(error));
            Assert.That(selection.Note, Does.Contain("unsupported toolchain. The driver is older"));
        }
        else
        {
            Assert.That(selection.IsProcessor);
            Assert.That(selection.Note, Does.Contain("cuda:0").And.Contain("cuda:1").And.Contain("(999)"));
        }

        Assert.That(EmulatedGpu.AllocatedBytes(), Is.Zero);
    }

    [Test]
    public void Find_FirstGpuFull_TakesTheOtherAndSaysSo()
    {
        EmulatedGpu.Configure("devices", 2);
        EmulatedGpu.Configure("full", 0);
        var selection = _factory.Find(new DeviceRequest(DeviceKind.Cuda));

        Assert.That(selection.Device, Is.EqualTo(new DeviceRequest(DeviceKind.Cuda, 1)));
        Assert.That(selection.Note, Does.Contain("cuda:0, Emulated GPU 0").And.Contain("has 1.05 MB free only").And.Contain("cuda:1"));
        Assert.That(_factory.Find(new DeviceRequest(DeviceKind.Cuda, 0)).Device.Index, Is.Zero, "who names one gets it");
    }

    [Test]
    public void Find_OnlyGpuFull_TakesItNevertheless()
    {
        EmulatedGpu.Configure("full", 0);
        var selection = _factory.Find(new DeviceRequest(DeviceKind.Cuda));

        Assert.That((selection.Device.Index, selection.Note), Is.EqualTo(((int?)0, (string?)null)));
    }

    // What cuBLAS takes is gone before a run plans with the GPU's memory; merges need none of it.
    [Test]
    public void Create_ForModels_MakesCublasAtOnce()
    {
        EmulatedGpu.Configure("failing_call", "cublasCreate 3 100");
        var selection = _factory.Find(new DeviceRequest(DeviceKind.Cuda));
        Assert.That(
            () => selection.Create(new DeviceOptions()),
            Throws.TypeOf<CudaException>().With.Message.StartsWith("cublasCreate failed").And.Property("IsOutOfMemory").True);

        using var merging = _factory.Find(new DeviceRequest(DeviceKind.Cuda), DeviceWork.Merging).Create(new DeviceOptions());
        Assert.That(merging.Name, Is.EqualTo("cuda"));
    }

    [Test]
    public void Find_OnlyGpuBusy_Fails()
    {
        EmulatedGpu.Configure("busy", 0);
        Assert.That(
            () => _factory.Find(new DeviceRequest(DeviceKind.Cuda)),
            Throws.TypeOf<CudaException>().With.Message.Contains("no GPU can be used").And.Message.Contains("use device: cpu"));
    }
}
