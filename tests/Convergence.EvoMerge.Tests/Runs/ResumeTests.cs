using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Runs.Checkpoints;

namespace Convergence.EvoMerge.Tests.Runs;

internal sealed class ResumeTests
{
    private TinyJob _job = null!;
    private EvoMergeConfig _config = null!;
    private RunOutcome _uninterrupted = null!;

    [OneTimeSetUp]
    public void RunOnce()
    {
        _job = new TinyJob();
        _config = _job.NewConfig(("generations", "6"), ("checkpoint_keep", "9"));
        _uninterrupted = TinyJob.Run(_config);
    }

    [OneTimeTearDown]
    public void RemoveModels() => _job.Dispose();

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(6)]
    public void Resume_FromAnyCheckpoint_EndsLikeTheUninterruptedRun(int generation)
    {
        var config = Elsewhere($"from-{generation}");
        var outcome = TinyJob.Run(config, new CheckpointStore(_config.Checkpoints, 9).PathOf(generation));

        AssertSame(outcome, config);
    }

    [Test]
    public void Resume_FromTheBest_EndsLikeTheUninterruptedRun()
    {
        var config = Elsewhere("from-best");
        var outcome = TinyJob.Run(config, new CheckpointStore(_config.Checkpoints, 9).BestPath);

        AssertSame(outcome, config);
    }

    [Test]
    public void Resume_AfterCancellationAtAnyEvaluation_EndsLikeTheUninterruptedRun([Values(1, 5, 9, 14, 22)] int evaluation)
    {
        var config = Elsewhere($"cancelled-{evaluation}");
        using var cancellation = new CancellationTokenSource();
        var count = 0;
        var stopped = TinyJob.Run(config, progress: new Recorder(value =>
        {
            if (value is CandidateEvaluated { Generation: >= 0 } && ++count == evaluation)
            {
                cancellation.Cancel();
            }
        }), cancellation: cancellation.Token);

        Assert.That(stopped.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(stopped.Summary, Is.Null);
        Assert.That(File.Exists(stopped.CheckpointPath), Is.True);
        Assert.That(Directory.Exists(config.Out), Is.False);
        AssertSame(TinyJob.Run(config, CheckpointStore.Latest), config);
    }

    [Test]
    public void Resume_FinishedEvaluations_AreNotRepeated()
    {
        var config = Elsewhere("not-repeated");
        using var cancellation = new CancellationTokenSource();
        var first = new Recorder(value =>
        {
            if (value is GenerationCompleted { Record.Summary.Generation: 2 })
            {
                cancellation.Cancel();
            }
        });
        TinyJob.Run(config, progress: first, cancellation: cancellation.Token);
        File.Delete(new CheckpointStore(config.Checkpoints, 9).PathOf(3));
        var second = new Recorder();
        TinyJob.Run(config, CheckpointStore.Latest, second);

        var repeated = second.All<CandidateEvaluated>().Where(candidate => candidate is { Generation: 2, FromCache: false });
        Assert.That(second.All<RunStarted>().Single().Generation, Is.EqualTo(2));
        Assert.That(repeated, Is.Empty);
    }

    [Test]
    public void Resume_MoreGenerations_GoesOnFromTheEnd()
    {
        var config = Elsewhere("longer") with { Generations = 8 };
        var outcome = TinyJob.Run(config, new CheckpointStore(_config.Checkpoints, 9).PathOf(6));

        Assert.That(outcome.Summary!.History, Has.Length.EqualTo(8));
        Assert.That(
            outcome.Summary.History.Take(6).Select(record => record.Summary.BestFitness),
            Is.EqualTo(_uninterrupted.Summary!.History.Select(record => record.Summary.BestFitness)));
    }

    [Test]
    public void Resume_FewerGenerationsThanDone_IsRefused() =>
        Assert.That(
            () => EvolutionRun.Create(Elsewhere("fewer") with { Generations = 3 }, new CheckpointStore(_config.Checkpoints, 9).PathOf(4)),
            Throws.TypeOf<ResumeException>().With.Message.Contains("holds 4 generations, but 'generations' is 3"));

    [Test]
    public void Resume_OtherSettings_NamesWhatDiffers() =>
        Assert.That(
            () => EvolutionRun.Create(
                Elsewhere("other") with { MutationRate = 0.3, Seed = 4 }, new CheckpointStore(_config.Checkpoints, 9).PathOf(4)),
            Throws.TypeOf<ResumeException>()
                .With.Message.Contains("mutation_rate was 0.1, now is 0.3")
                .And.Message.Contains("seed was 3, now is 4"));

    [Test]
    public void Resume_OtherParent_NamesIt() =>
        Assert.That(
            () => EvolutionRun.Create(
                Elsewhere("parent") with { Models = [_config.Models[0], _config.Models[1], _config.Base!], Base = _config.Models[2] },
                new CheckpointStore(_config.Checkpoints, 9).PathOf(4)),
            Throws.TypeOf<ResumeException>().With.Message.Contains("parent third had other content"));

    [Test]
    public void Resume_OtherTasks_NamesTheSplit() =>
        Assert.That(
            () => EvolutionRun.Create(
                Elsewhere("tasks") with { Tasks = _config.Tasks with { Validation = _config.Tasks.Test, Test = _config.Tasks.Validation } },
                new CheckpointStore(_config.Checkpoints, 9).PathOf(4)),
            Throws.TypeOf<ResumeException>().With.Message.Contains("the validation tasks or their examples have changed"));

    [Test]
    public void Create_FreshRunOverCheckpoints_IsRefused() =>
        Assert.That(
            () => EvolutionRun.Create(_config with { Out = _job.Combine("fresh") }),
            Throws.TypeOf<ResumeException>().With.Message.Contains("holds the checkpoints of an earlier run"));

    private EvoMergeConfig Elsewhere(string name) =>
        _config with { Out = _job.Combine("out-" + name), Checkpoints = _job.Combine("checkpoints-" + name) };

    private void AssertSame(RunOutcome outcome, EvoMergeConfig config)
    {
        var (expected, actual) = (_uninterrupted.Summary!, outcome.Summary!);
        Assert.Multiple(() =>
        {
            Assert.That(actual.ChampionRecipe, Is.EqualTo(expected.ChampionRecipe));
            Assert.That(actual.Search.Fitness, Is.EqualTo(expected.Search.Fitness));
            Assert.That(
                actual.Test.Contestants.Select(contestant => contestant.Fitness),
                Is.EqualTo(expected.Test.Contestants.Select(contestant => contestant.Fitness)));
            Assert.That(actual.Test.Comparisons, Is.EqualTo(expected.Test.Comparisons));
            Assert.That(actual.History.Select(Essence), Is.EqualTo(expected.History.Select(Essence)));
            Assert.That((actual.EvaluationCount, actual.CacheHitCount), Is.EqualTo((expected.EvaluationCount, expected.CacheHitCount)));
            Assert.That(Weights(config), Is.EqualTo(Weights(_config)));
        });
    }

    private static byte[] Weights(EvoMergeConfig config) => File.ReadAllBytes(Path.Combine(config.Out, "model", "model.safetensors"));

    private static string Essence(GenerationRecord record) =>
        $"{record.Summary with { KindCounts = [] }} {string.Join(',', record.Summary.KindCounts)} "
        + $"{record.EvaluationCount} {record.CacheHitCount} {record.BestTechnique}";
}
