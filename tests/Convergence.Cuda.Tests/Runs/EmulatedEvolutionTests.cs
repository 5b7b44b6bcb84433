using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>Whole evolution runs on the emulated GPU: as on the CPU, and through everything that can go wrong with a GPU.</summary>
[NonParallelizable]
public sealed class EmulatedEvolutionTests : EmulatedRunFixture
{
    // Of 6 candidates, beside the parents; the scored ones and those that are merged meanwhile.
    private const long MemoryForThree = 83_000_000;

    [Test]
    public void Run_OnTheGpu_FindsWhatTheCpuFinds()
    {
        var notes = new List<string>();
        var gpu = Run(FloatConfig("cuda"), notes);
        var cpu = Run(FloatConfig("cpu"), []);

        Assert.That(gpu.StopReason, Is.EqualTo(cpu.StopReason));
        Assert.That(gpu.Summary!.ChampionTechnique, Is.EqualTo(cpu.Summary!.ChampionTechnique));
        Assert.That(gpu.Summary.History[0].Summary.BestFitness, Is.EqualTo(cpu.Summary.History[0].Summary.BestFitness).Within(1e-3));
        Assert.That(Directory.Exists(Path.Combine(gpu.OutputDirectory!, "model")));
        Assert.That(notes, Has.Some.StartsWith("memory plan: all ").And.Some.Contains("of the parents' weights stay on the GPU"));
        Assert.That(notes, Has.Some.Contains("6 candidates of ").And.Some.Contains("merged and scored together"));
        Assert.That((EmulatedGpu.AllocatedBytes(), EmulatedGpu.DamagedBlockCount), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Run_WithMemoryForOneCandidate_FindsWhatAllTogetherFind()
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        EmulatedGpu.Configure("memory", 77_000_000);
        var outcome = Run(FloatConfig("cuda"), notes);

        Assert.That(notes, Has.Some.StartsWith("memory plan: ").And.Some.Contains("; 1 candidate of "));
        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
    }

    // Whatever the order of what may be done at the same time.
    [Test]
    public void Run_WithMemoryForSome_MergesTheNextMeanwhileAndFindsWhatAllTogetherFind(
        [ValueSource(typeof(EmulatedGpu), nameof(EmulatedGpu.Orders))] int order)
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        EmulatedGpu.Configure("order", order);
        EmulatedGpu.Configure("memory", MemoryForThree);
        var outcome = Run(FloatConfig("cuda"), notes);

        Assert.That(notes, Has.Some.Contains("; 3 candidates of ").And.Some.Contains("scored together, the next merged meanwhile;"));
        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
        Assert.That((EmulatedGpu.AllocatedBytes(), EmulatedGpu.DamagedBlockCount), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Run_OfSeveralDepths_MeasuresEachByTheGpusClockAndMemory()
    {
        const int EventMilliseconds = 50;
        EmulatedGpu.Configure("event_ms", EventMilliseconds);
        var config = Job.NewConfig(
            ("device", "cuda"),
            ("generations", "2"),
            ("speed", "measured"),
            ("layers", "{min: 1, max: 3}"),
            ("techniques", "[linear, frankenmerge]"));
        Run(config, []);

        using var log = EvaluationLog.Open(config.Checkpoints);
        var costs = log.Costs.OrderBy(cost => cost.Shape, StringComparer.Ordinal).Select(cost => cost.Cost).ToList();
        var tokens = CostMeter.SequenceCount * Math.Min(CostMeter.SequenceLength, new TinyModelOptions().MaxPositions);
        Assert.That(costs, Has.Count.GreaterThan(1));
        Assert.That(costs.Select(cost => cost.TokensPerSecond), Is.All.EqualTo(tokens * 1000.0 / EventMilliseconds).Within(1e-6).Percent);
        Assert.That(costs.Select(cost => cost.PeakBytes), Is.Ordered.Ascending.And.Unique);
        Assert.That(log.Scores.Select(score => score.Failure), Is.All.Null);
    }

    [Test]
    public void Run_MemoryThatRunsShortInMidRun_GoesOnWithLessAndSaysSo()
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        var outcome = Run(FloatConfig("cuda"), notes, RunShort);

        static void RunShort(RunEvent value)
        {
            if (value is RunStarted)
            {
                EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + 700_000);
            }
        }

        Assert.That(outcome.Summary, Is.Not.Null);
        Assert.That(notes, Has.Some.Contains("memory ran short: fewer candidates are scored together than planned"));
        Assert.That(outcome.Summary!.Notes, Has.Some.Contains("memory ran short"));
        Assert.That(notes, Is.Unique, "each kind of step is told once");
        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
    }

    [Test]
    public void Run_CublasThatFindsNoMemoryForAStack_ScoresFewerTogetherAndSaysSo()
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        EmulatedGpu.Configure("failing_call", "cublasGemmStridedBatchedEx 3 100000");
        var outcome = Run(FloatConfig("cuda"), notes);

        Assert.That(notes, Has.Some.Contains("memory ran short: fewer candidates are scored together than planned"));
        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
    }

    [Test]
    public void Run_KernelThatFaults_EndsWithACheckpointFromWhichItGoesOnToTheSameEnd()
    {
        var undisturbed = Undisturbed.Value;
        var config = FloatConfig("cuda");
        var failure = Assert.Throws<CudaException>(() => Run(config, [], value =>
        {
            if (value is GenerationCompleted)
            {
                EmulatedGpu.Configure("fault", "log_probability");
            }
        }));

        Assert.That(failure!.IsLost);
        Assert.That(Directory.GetFiles(config.Checkpoints, "generation_*.json"), Is.Not.Empty);
        Assert.That(Directory.Exists(config.Out), Is.False);

        EmulatedGpu.Reset();
        Assert.That(FoundByRun.Of(Run(config, [], resume: "latest")), Is.EqualTo(undisturbed));
    }

    [Test]
    public void Run_CancelledDuringAKernel_EndsWithACheckpoint()
    {
        EmulatedGpu.Configure("slow", "log_probability");
        EmulatedGpu.Configure("slow_ms", 40);
        using var cancellation = new CancellationTokenSource();
        var config = FloatConfig("cuda");
        var outcome = Run(config, [], CancelSoon, cancellation: cancellation.Token);

        void CancelSoon(RunEvent value)
        {
            if (value is RunStarted)
            {
                cancellation.CancelAfter(60);
            }
        }

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(File.Exists(outcome.CheckpointPath));
    }

    [Test]
    public void Create_NoGpu_FailsBeforeAnythingIsWritten()
    {
        EmulatedGpu.Configure("devices", 0);
        var config = FloatConfig("cuda:0");

        Assert.That(() => Run(config, []), Throws.TypeOf<CudaException>().With.Message.Contains("use device: cpu"));
        Assert.That((Directory.Exists(config.Checkpoints), Directory.Exists(config.Out)), Is.EqualTo((false, false)));
    }
}
