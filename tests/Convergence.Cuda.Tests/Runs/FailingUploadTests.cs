using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Runs;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>
/// Copies to the GPU that fail during an evolution: for want of memory the run goes on with less; when the GPU is lost it ends with a
/// checkpoint.
/// </summary>
[NonParallelizable]
public sealed class FailingUploadTests : EmulatedRunFixture
{
    private const int OutOfMemory = 2;
    private const int LaunchFailed = 719;

    // Of the parents' weights, and of what scoring takes.
    [Test]
    public void Run_UploadsForWhichThereIsNoMemory_GoesOnToTheSameEndAndSaysSo([Values(0, 40, 150)] int place)
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        var outcome = Run(FloatConfig("cuda"), notes, value => Fail(value, OutOfMemory, place));

        Assert.That(notes, Has.Some.Contains("memory ran short"));
        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
        Assert.That((EmulatedGpu.AllocatedBytes(), EmulatedGpu.DamagedBlockCount), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Run_UploadThatLosesTheGpu_EndsWithACheckpointFromWhichItGoesOnToTheSameEnd([Values(0, 40, 150)] int place)
    {
        var undisturbed = Undisturbed.Value;
        var config = FloatConfig("cuda");
        var failure = Assert.Throws<CudaException>(() => Run(config, [], value => Fail(value, LaunchFailed, place)));

        Assert.That(failure!.IsLost);
        Assert.That(failure.Message, Does.StartWith("cuMemcpyHtoDAsync failed: CUDA_ERROR_LAUNCH_FAILED (719)"));
        Assert.That(Directory.GetFiles(config.Checkpoints, "generation_*.json"), Is.Not.Empty);
        using (var log = EvaluationLog.Open(config.Checkpoints))
        {
            Assert.That(log.Scores.Select(score => score.Failure), Is.All.Null, "no candidate is blamed");
        }

        EmulatedGpu.Reset();
        Assert.That(FoundByRun.Of(Run(config, [], resume: "latest")), Is.EqualTo(undisturbed));
    }

    private static void Fail(RunEvent value, int status, int place)
    {
        if (value is RunStarted)
        {
            EmulatedGpu.Configure("failing_call", $"cuMemcpyHtoDAsync {status} 1 {place}");
        }
    }
}
