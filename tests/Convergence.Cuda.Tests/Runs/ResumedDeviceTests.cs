using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>A run goes on on the kind of device that it began on.</summary>
[NonParallelizable]
public sealed class ResumedDeviceTests : EmulatedRunFixture
{
    private readonly List<string> _notes = [];

    [SetUp]
    public void ForgetNotes() => _notes.Clear();

    [TestCase("cuda", "cpu", "a GPU, and 'device' is cpu now", "Go on with device: cuda")]
    [TestCase("cpu", "cuda", "the CPU, and 'device' is cuda now", "Go on with device: cpu")]
    [TestCase("cpu", "cuda:0", "the CPU, and 'device' is cuda:0 now", "Go on with device: cpu")]
    public void Create_OnAnotherKindOfDevice_IsRefused(string first, string then, string what, string cure)
    {
        var config = Begin(first);
        Assert.That(
            () => GoOn(config, then),
            Throws.TypeOf<ResumeException>().With.Message.Contains($"generation_0001.json: was written by a run on {what}")
                .And.Message.Contains(cure).And.Message.Contains("start a fresh run"));
    }

    [Test]
    public void Create_AutoWithoutTheGpuThatTheRunBeganOn_IsRefused()
    {
        var config = Begin("auto");
        EmulatedGpu.Configure("devices", 0);
        Assert.That(
            () => GoOn(config, "auto"),
            Throws.TypeOf<ResumeException>().With.Message.Contains("a run on a GPU, and here is none that can be used")
                .And.Message.Contains("CUDA_ERROR_NO_DEVICE"));
    }

    [Test]
    public void Create_Auto_StaysWithTheCpu()
    {
        using (var run = GoOn(Begin("cpu"), "auto"))
        {
            run.Run(new Listener(_notes));
        }

        Assert.That(_notes, Has.None.Contains("memory plan").And.None.Contains("cuda"));
    }

    [Test]
    public void Run_OnAnotherGpu_GoesOn_WithThePlanOfThatGpuAlone()
    {
        EmulatedGpu.Configure("devices", 2);
        var config = Begin("cuda:0");
        EmulatedGpu.Configure("memory", 900_000_000);
        using var run = GoOn(config, "cuda:1");
        var outcome = run.Run(new Listener(_notes));

        Assert.That(outcome.Summary!.Notes.Where(note => note.StartsWith("memory plan: ", StringComparison.Ordinal)), Has.One.Items);
        Assert.That(_notes, Has.One.StartsWith("memory plan: "));
        Assert.That(_notes.Single(note => note.StartsWith("memory plan: ", StringComparison.Ordinal)), Does.Contain("of 900 MB are free"));
    }

    private EvoMergeConfig Begin(string device)
    {
        var config = Job.NewConfig(("device", device), ("generations", "1"));
        Run(config, []);
        Directory.Delete(config.Out, recursive: true);
        return config;
    }

    private static EvolutionRun GoOn(EvoMergeConfig config, string device) => EvolutionRun.Create(
        config with { Device = DeviceRequest.Parse(device)!.Value, Generations = 2 }, resume: "latest", devices: new CudaDeviceFactory());
}
