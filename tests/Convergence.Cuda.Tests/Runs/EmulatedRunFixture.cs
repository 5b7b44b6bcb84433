using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Tests;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>Tests of whole runs on the emulated GPU: each has a job of its own, and leaves the GPU as it found it.</summary>
public abstract class EmulatedRunFixture
{
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
