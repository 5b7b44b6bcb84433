using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Tests;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>Tests of whole runs on the emulated GPU: each has a job of its own, and leaves the GPU as it found it.</summary>
public abstract class EmulatedRunFixture
{
    /// <summary>What a run in float32 finds on a GPU on which nothing goes wrong.</summary>
    private protected static readonly Lazy<FoundByRun> Undisturbed = new(() =>
    {
        using var job = new TinyJob();
        return FoundByRun.Of(Run(FloatConfig(job, "cuda"), []));
    });

    private protected TinyJob Job { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        EmulatedGpu.Require();
        Job = new TinyJob();
    }

    [TearDown]
    public void Close()
    {
        Job?.Dispose();
        EmulatedGpu.Reset();
    }

    /// <summary>A short run in float32.</summary>
    private protected EvoMergeConfig FloatConfig(string device) => FloatConfig(Job, device);

    /// <summary>Runs.</summary>
    /// <param name="config">The run.</param>
    /// <param name="notes">Receives the texts of its notes.</param>
    /// <param name="listen">Is told each event before its note is kept.</param>
    /// <param name="resume">The checkpoint to go on from.</param>
    /// <param name="cancellation">Ends the run.</param>
    private protected static RunOutcome Run(
        EvoMergeConfig config,
        List<string> notes,
        Action<RunEvent>? listen = null,
        string? resume = null,
        CancellationToken cancellation = default)
    {
        using var run = EvolutionRun.Create(config, resume, devices: new CudaDeviceFactory());
        return run.Run(new Listener(notes, listen), cancellation);
    }

    private static EvoMergeConfig FloatConfig(TinyJob job, string device) =>
        job.NewConfig(("device", device), ("generations", "2"), ("mixed_precision", "false"), ("num_workers", "2"));

    private protected sealed class Listener(List<string> notes, Action<RunEvent>? listen = null) : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
            listen?.Invoke(value);
            if (value is RunNote note)
            {
                notes.Add(note.Text);
            }
        }
    }
}
