using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Tests;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>Whole evolution runs on the emulated GPU: as on the CPU, and through everything that can go wrong with a GPU.</summary>
[NonParallelizable]
public sealed class EmulatedEvolutionTests
{
    private TinyJob _job = null!;

    [SetUp]
    public void Open()
    {
        EmulatedGpu.Require();
        _job = new TinyJob();
    }

    [TearDown]
    public void Close()
    {
        _job?.Dispose();
        EmulatedGpu.Reset();
    }

    [Test]
    public void Run_OnTheGpu_FindsWhatTheCpuFinds()
    {
        var notes = new List<string>();
        var gpu = Run(Config("cuda"), notes);
        var cpu = Run(Config("cpu"), []);

        Assert.That(gpu.StopReason, Is.EqualTo(cpu.StopReason));
        Assert.That(gpu.Summary!.ChampionTechnique, Is.EqualTo(cpu.Summary!.ChampionTechnique));
        Assert.That(gpu.Summary.History[0].Summary.BestFitness, Is.EqualTo(cpu.Summary.History[0].Summary.BestFitness).Within(1e-3));
        Assert.That(Directory.Exists(Path.Combine(gpu.OutputDirectory!, "model")));
        Assert.That(notes, Has.Some.StartsWith("memory plan: all ").And.Some.Contains("of the parents' weights stay on the GPU"));
        Assert.That((EmulatedGpu.AllocatedBytes(), EmulatedGpu.DamagedBlockCount), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Run_MemoryThatRunsShortInMidRun_GoesOnWithLessAndSaysSo()
    {
        var notes = new List<string>();
        var outcome = Run(Config("cuda"), notes, started: () =>
            EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + 700_000));

        Assert.That(outcome.Summary, Is.Not.Null);
        Assert.That(notes, Has.Some.Contains("memory ran short"));
        Assert.That(outcome.Summary!.Notes, Has.Some.Contains("memory ran short"));
    }

    [Test]
    public void Run_KernelThatFaults_EndsWithACheckpointFromWhichItGoesOn()
    {
        var config = Config("cuda");
        var failure = Assert.Throws<CudaException>(() => Run(config, [], started: () => EmulatedGpu.Configure("fault", "log_probability")));

        Assert.That(failure!.IsLost);
        Assert.That(Directory.GetFiles(config.Checkpoints, "generation_*.json"), Is.Not.Empty);
        Assert.That(Directory.Exists(config.Out), Is.False);

        EmulatedGpu.Reset();
        Assert.That(Run(config, [], resume: "latest").Summary, Is.Not.Null);
    }

    [Test]
    public void Run_CancelledDuringAKernel_EndsWithACheckpoint()
    {
        EmulatedGpu.Configure("slow", "log_probability");
        EmulatedGpu.Configure("slow_ms", 40);
        using var cancellation = new CancellationTokenSource();
        var config = Config("cuda");
        var outcome = Run(config, [], started: () => cancellation.CancelAfter(60), cancellation: cancellation.Token);

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(File.Exists(outcome.CheckpointPath));
    }

    [Test]
    public void Create_NoGpu_FailsBeforeAnythingIsWritten()
    {
        EmulatedGpu.Configure("devices", 0);
        var config = Config("cuda:0");

        Assert.That(() => Run(config, []), Throws.TypeOf<CudaException>().With.Message.Contains("use device: cpu"));
        Assert.That((Directory.Exists(config.Checkpoints), Directory.Exists(config.Out)), Is.EqualTo((false, false)));
    }

    private EvoMergeConfig Config(string device) =>
        _job.NewConfig(("device", device), ("generations", "2"), ("mixed_precision", "false"), ("num_workers", "2"));

    private static RunOutcome Run(
        EvoMergeConfig config, List<string> notes, Action? started = null, string? resume = null, CancellationToken cancellation = default)
    {
        using var run = EvolutionRun.Create(config, resume, devices: new CudaDeviceFactory());
        return run.Run(new Listener(notes, started), cancellation);
    }

    private sealed class Listener(List<string> notes, Action? started) : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
            if (value is RunNote note)
            {
                notes.Add(note.Text);
            }
            else if (value is RunStarted)
            {
                started?.Invoke();
            }
        }
    }
}
