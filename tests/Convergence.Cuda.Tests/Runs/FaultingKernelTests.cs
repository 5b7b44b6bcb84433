using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Runs;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>
/// A kernel that faults during an evolution ends the run, whichever it is and whichever call it comes to light in: work is done as it is
/// queued, so that it is the very next one, of the driver or of cuBLAS.
/// </summary>
[NonParallelizable]
public sealed class FaultingKernelTests : EmulatedRunFixture
{
    [Test]
    public void Run_AnyKernelThatFaults_EndsWithACheckpointAndBlamesNoCandidate()
    {
        var kernels = KernelsOfARun();
        Assert.That(kernels, Does.Contain("narrow").And.Contain("log_probability").And.Contain("rms_norm").And.Contain("combine"));
        Assert.Multiple(() =>
        {
            foreach (var kernel in kernels)
            {
                AssertThatItEndsTheRun(kernel);
                EmulatedGpu.Reset();
            }
        });
    }

    [Test]
    public void Run_OneCandidateAtATime_TakesAFaultForNoFailureOfIt()
    {
        EmulatedGpu.Configure("memory", 77_000_000);
        Assert.That(AssertThatItEndsTheRun("narrow", afterParents: true), Has.Some.Contains("; 1 candidate of "));
    }

    private List<string> AssertThatItEndsTheRun(string kernel, bool afterParents = false)
    {
        var notes = new List<string>();
        var config = Config();
        EmulatedGpu.Configure("eager", 1);
        var failure = Assert.Catch(() => Run(config, notes, value =>
        {
            if (afterParents ? value is CandidateEvaluated : value is RunStarted)
            {
                EmulatedGpu.Configure("fault", kernel);
            }
        }));

        Assert.That(failure, Is.TypeOf<CudaException>().With.Property(nameof(CudaException.IsLost)).True, kernel);
        Assert.That(Directory.GetFiles(config.Checkpoints, "generation_*.json"), Is.Not.Empty, kernel);
        using var log = EvaluationLog.Open(config.Checkpoints);
        Assert.That(log.Scores.Select(score => score.Failure), Is.All.Null, kernel);
        return notes;
    }

    // All but those that set the run up.
    private string[] KernelsOfARun()
    {
        var before = EmulatedGpu.LaunchCounts;
        Run(Config(), [], value => before = value is RunStarted ? EmulatedGpu.LaunchCounts : before);
        return [.. EmulatedGpu.LaunchCounts.Where(pair => pair.Value > before[pair.Key]).Select(pair => pair.Key.Split('/')[1]).Distinct()];
    }

    private EvoMergeConfig Config() => Job.NewConfig(("device", "cuda"), ("generations", "1"));
}
