using System.Text.Json.Nodes;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;

namespace Convergence.EvoMerge.Tests.Runs;

/// <summary>Every key of the configuration does what it says.</summary>
internal sealed class BehaviourTests
{
    private TinyJob _job = null!;

    [OneTimeSetUp]
    public void MakeModels() => _job = new TinyJob();

    [OneTimeTearDown]
    public void RemoveModels() => _job.Dispose();

    [Test]
    public void EarlyStopping_FlatFitness_EndsConverged()
    {
        var outcome = TinyJob.Run(_job.NewConfig(
            ("early_stopping", "true"), ("generations", "40"), ("convergence_threshold", "10"), ("convergence_patience", "3")));

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Converged));
        Assert.That(outcome.Summary!.History, Has.Length.EqualTo(4));
    }

    [Test]
    public void EarlyStopping_Off_PlaysAllGenerations()
    {
        var outcome = TinyJob.Run(_job.NewConfig(
            ("early_stopping", "false"), ("generations", "6"), ("convergence_threshold", "10"), ("convergence_patience", "3")));

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Generations));
        Assert.That(outcome.Summary!.History, Has.Length.EqualTo(6));
    }

    [Test]
    public void Budget_Evaluations_IsNeverExceeded()
    {
        var outcome = TinyJob.Run(_job.NewConfig(("generations", "40"), ("budget", "{evaluations: 15}")));

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Budget));
        Assert.That(outcome.Summary!.EvaluationCount, Is.InRange(6, 15));
    }

    [Test]
    public void Budget_Minutes_EndsAfterTheGenerationThatSpendsThem()
    {
        var outcome = TinyJob.Run(_job.NewConfig(("generations", "100"), ("budget", "{minutes: 0.0001}")));

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Budget));
        Assert.That(outcome.Summary!.History, Has.Length.EqualTo(1));
    }

    [Test]
    public void PopulationAndElite_DecideHowManyAreEvaluated()
    {
        var recorder = new Recorder();
        TinyJob.Run(_job.NewConfig(("population_size", "7"), ("elite_size", "3"), ("generations", "2")), progress: recorder);
        var perGeneration = recorder.All<CandidateEvaluated>()
            .Where(candidate => candidate.Generation >= 0)
            .CountBy(candidate => candidate.Generation);

        Assert.That(perGeneration.Select(pair => pair.Value), Is.EqualTo(new[] { 7, 4 }));
    }

    [Test]
    public void Techniques_OnlyThoseListed_AreUsed()
    {
        var recorder = new Recorder();
        TinyJob.Run(_job.NewConfig(("techniques", "[slerp, dfs]")), progress: recorder);
        var used = recorder.All<CandidateEvaluated>().Where(candidate => candidate.Generation >= 0).Select(candidate => candidate.Technique)
            .Distinct();

        Assert.That(used, Is.EquivalentTo(new[] { "slerp", "dfs" }));
    }

    [TestCase("tournament_size", "1")]
    [TestCase("mutation_rate", "0.6")]
    [TestCase("mutation_strength", "0.5")]
    [TestCase("crossover_rate", "0")]
    [TestCase("diversity_weight", "1")]
    [TestCase("min_diversity", "0.9")]
    [TestCase("layer_groups", "1")]
    [TestCase("fitness_weights", "{accuracy: 1}")]
    [TestCase("model_assistance", "false")]
    [TestCase("technique_bandit", "false")]
    public void SearchKey_AnotherValue_ChangesTheSearch(string key, string value)
    {
        Assert.That(Course((key, value)), Is.Not.EqualTo(Course()));

        string Course(params (string, string)[] settings)
        {
            var config = _job.NewConfig([("generations", "8"), ("elite_size", "1"), .. settings]);
            TinyJob.Run(config);
            using var log = EvaluationLog.Open(config.Checkpoints);
            return string.Join('\n', log.Scores.Select(score => score.Key).Order(StringComparer.Ordinal))
                + string.Join(',', CheckpointFile.Read(new CheckpointStore(config.Checkpoints, 9).Resolve("latest")).History
                    .Select(record => record.Summary.BestFitness));
        }
    }

    [Test]
    public void AdaptiveMutation_On_MovesTheStrengthAndOff_KeepsIt()
    {
        Assert.That(Strengths("true").Distinct().Count(), Is.GreaterThan(1));
        Assert.That(Strengths("false"), Is.All.EqualTo(0.05));

        IEnumerable<double> Strengths(string value) => TinyJob.Run(_job.NewConfig(("generations", "8"), ("adaptive_mutation", value)))
            .Summary!.History.Select(record => record.Summary.MutationStrength);
    }

    [Test]
    public void EnableCaching_KnownScores_AreTakenOnlyWhenOn()
    {
        var on = _job.NewConfig();
        TinyJob.Run(on);
        Assert.That(EvaluatedAgain(on), Is.Zero);

        var off = _job.NewConfig(("enable_caching", "false"));
        TinyJob.Run(off);
        Assert.That(EvaluatedAgain(off), Is.GreaterThan(10));

        int EvaluatedAgain(EvoMergeConfig config)
        {
            var recorder = new Recorder();
            var first = new CheckpointStore(config.Checkpoints, 9).PathOf(0);
            TinyJob.Run(config with { Out = config.Out + "-again" }, first, recorder);
            return recorder.All<CandidateEvaluated>().Count(candidate => candidate is { Generation: >= 0, FromCache: false });
        }
    }

    [Test]
    public void NumWorkers_AndEnableParallel_DecideHowManyWork()
    {
        Assert.That(Workers(("num_workers", "1")), Is.EqualTo(1));
        Assert.That(Workers(("num_workers", "256")), Is.EqualTo(Environment.ProcessorCount));
        Assert.That(Workers(("num_workers", "256"), ("enable_parallel", "false")), Is.EqualTo(1));

        int Workers(params (string, string)[] settings)
        {
            var recorder = new Recorder();
            TinyJob.Run(_job.NewConfig([("generations", "1"), .. settings]), progress: recorder);
            return recorder.All<RunStarted>().Single().Workers;
        }
    }

    [TestCase("true", DType.BF16)]
    [TestCase("false", DType.F32)]
    [TestCase("tf32", DType.F32)]
    public void MixedPrecision_DecidesTheTypeThatIsScoredAndSaved(string value, DType expected)
    {
        var config = _job.NewConfig(("generations", "1"), ("mixed_precision", value));
        TinyJob.Run(config);
        using var saved = SafetensorsFile.Open(Path.Combine(config.Out, "model", "model.safetensors"));

        Assert.That(saved.Names.Select(name => saved.TryGet(name, out var tensor) ? tensor.DType : default), Is.All.EqualTo(expected));
    }

    [Test]
    public void MixedPrecision_ChangesScores()
    {
        Assert.That(BestOf("true"), Is.Not.EqualTo(BestOf("false")));
        Assert.That(BestOf("tf32"), Is.EqualTo(BestOf("false")), "the CPU has no matrix units");

        double? BestOf(string value) =>
            TinyJob.Run(_job.NewConfig(("generations", "1"), ("mixed_precision", value))).Summary!.History[0].Summary.BestFitness;
    }

    [Test]
    public void CheckpointInterval_AndKeep_DecideWhichStay()
    {
        var config = _job.NewConfig(("generations", "9"), ("checkpoint_interval", "2"), ("checkpoint_keep", "2"));
        var recorder = new Recorder();
        TinyJob.Run(config, progress: recorder);

        Assert.That(recorder.All<CheckpointWritten>().Select(written => written.Generation), Is.EqualTo(new[] { 0, 2, 4, 6, 8, 9 }));
        Assert.That(new CheckpointStore(config.Checkpoints, 2).Generations(), Is.EqualTo(new[] { 8, 9 }));
    }

    [Test]
    public void Finalists_AreRankedOnTheValidationSplit()
    {
        var recorder = new Recorder();
        TinyJob.Run(_job.NewConfig(("finalists", "3")), progress: recorder);

        Assert.That(recorder.All<PhaseStarted>().Single(phase => phase.Phase == RunPhase.Validating).Evaluations, Is.EqualTo(3));
    }

    [Test]
    public void Speed_OneShape_IsLeftOutAloud()
    {
        var notes = TinyJob.Run(_job.NewConfig(("generations", "1"))).Summary!.Notes;

        Assert.That(notes, Has.Some.Contains("the objective speed is left out: all candidates have one shape"));
        Assert.That(notes, Has.Some.Contains("the objective memory is left out"));
    }

    [Test]
    public void Layers_ABoundBesideTheParentsDepth_BringsSpeedAndMemoryIntoPlay()
    {
        var config = _job.NewConfig(
            ("techniques",
                "[frankenmerge]"), ("layers", "{min: 1, max: 4}"), ("fitness_weights", "{speed: 1, memory: 1}"), ("generations", "8"));
        var summary = TinyJob.Run(config).Summary!;

        // Only depth counts here, so the search must find the shallowest model.
        var written = JsonNode.Parse(File.ReadAllText(Path.Combine(config.Out, "model", "config.json")))!;
        Assert.That((int)written["num_hidden_layers"]!, Is.EqualTo(1));
        Assert.That(summary.Test.Contestants[0].Fitness, Is.GreaterThan(0.5));
        Assert.That(summary.Notes, Has.None.Contains("left out"));
    }

    [Test]
    public void Speed_Measured_IsRecordedAndReusedOnResume()
    {
        var config = _job.NewConfig(
            ("techniques", "[frankenmerge]"), ("layers", "{min: 1, max: 3}"), ("speed", "measured"), ("generations", "3"));
        var expected = TinyJob.Run(config).Summary!;
        var costs = Costs(config);
        var again = TinyJob.Run(config with { Out = config.Out + "-again" }, new CheckpointStore(config.Checkpoints, 3).PathOf(2)).Summary!;

        Assert.That(
            costs, Has.Count.InRange(2, 3).And.All.Matches<CachedCost>(cost => cost!.Cost is { TokensPerSecond: > 0, PeakBytes: > 0 }));
        Assert.That(Costs(config), Is.EqualTo(costs), "nothing was measured again");
        Assert.That(again.ChampionRecipe, Is.EqualTo(expected.ChampionRecipe));
        Assert.That(again.Search.Fitness, Is.EqualTo(expected.Search.Fitness));

        static IReadOnlyList<CachedCost> Costs(EvoMergeConfig config)
        {
            using var log = EvaluationLog.Open(config.Checkpoints);
            return log.Costs;
        }
    }

    [Test]
    public void Diversity_EveryGeneration_IsReportedAndRestored()
    {
        var history =
            TinyJob.Run(_job.NewConfig(("techniques", "[linear]"), ("min_diversity", "0.3"), ("generations", "6"))).Summary!.History;

        Assert.That(history.Select(record => record.Summary.Diversity), Is.All.InRange(0, 1));
        Assert.That(history.Sum(record => record.Summary.ImmigrantCount), Is.GreaterThan(0));
    }
}
