using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Runs;

public class OptimizationRunTests
{
    [Test]
    public async Task RunAsync_RandomSearch_FindsTheBestOfWhatItCalled()
    {
        var config = RunFixture.Config(search: search => search with { EarlyStopping = new EarlyStoppingConfig(IsEnabled: false) });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.Multiple(() =>
        {
            Assert.That(result.Configurations, Has.Length.EqualTo(24));
            Assert.That(result.GenerationsRun, Is.EqualTo(4));
            Assert.That(result.Best!.Score, Is.EqualTo(
                result.Configurations.Where(outcome => !outcome.IsPruned).Max(outcome => outcome.Score)));
            Assert.That((double)result.BestParameters!["x"]!, Is.EqualTo(.7).Within(.2));
        });
    }

    [Test]
    public async Task RunAsync_ParameterThatWasNeverSent_IsNoPartOfTheWinner()
    {
        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality) { Refused = ["y"] }, RunFixture.Config());

        Assert.That(result.BestParameters!.Select(entry => entry.Key), Is.EqualTo(new[] { "x" }));
        Assert.That(result.Notes, Has.Exactly(1).Contains("without y"));
    }

    [Test]
    public async Task RunAsync_CallsOfAnyLatency_GivesTheSameResult()
    {
        var config = RunFixture.Config(cases: 12);
        var even = new RecordingTarget(RunFixture.Quality);
        var uneven = new RecordingTarget(RunFixture.Quality)
        {
            Delay = number => TimeSpan.FromMilliseconds(number * 7 % 5),
        };

        var first = await RunFixture.RunAsync(even, config);
        var second = await RunFixture.RunAsync(uneven, config);

        Assert.That(RunFixture.Essence(second), Is.EqualTo(RunFixture.Essence(first)));
        Assert.That(uneven.MostAtOnce, Is.GreaterThan(1));
    }

    [Test]
    public async Task RunAsync_Racing_GivesPoorConfigurationsUpAndKeepsTheBest()
    {
        var config = RunFixture.Config(cases: 30);
        var raced = new RecordingTarget(RunFixture.Quality);
        var whole = new RecordingTarget(RunFixture.Quality);

        var result = await RunFixture.RunAsync(raced, config);
        var full = await RunFixture.RunAsync(whole, config with { Optimization = config.Optimization with { IsRacing = false } });

        Assert.Multiple(() =>
        {
            Assert.That(raced.Paid, Has.Count.LessThan(whole.Paid.Count / 2));
            Assert.That(result.BestParameters!.ToJsonString(), Is.EqualTo(full.BestParameters!.ToJsonString()));
            Assert.That(full.Configurations.Any(outcome => outcome.IsPruned), Is.False);
        });
    }

    [Test]
    public async Task RunAsync_EveryCallFails_EndsWithTheReasonAndWithoutAWinner()
    {
        var result = await RunFixture.RunAsync(new RecordingTarget((_, _) => null), RunFixture.Config());

        Assert.Multiple(() =>
        {
            Assert.That(result.Best, Is.Null);
            Assert.That(result.Estimate, Is.Null);
            Assert.That(result.GenerationsRun, Is.EqualTo(1));
            Assert.That(result.StopReason, Does.Contain("HTTP 500: out of order").Or.Contain("No call"));
            Assert.That(result.Configurations.Select(outcome => outcome.Score), Has.All.Null);
        });
    }

    [Test]
    public async Task RunAsync_AFailedCall_IsMissingAndNotZero()
    {
        var target = new RecordingTarget((parameters, testCase) => testCase.Id == "case" ? null : RunFixture.Quality(parameters, testCase));

        var result = await RunFixture.RunAsync(target, RunFixture.Config());

        var cases = result.Best!.Cases;
        Assert.Multiple(() =>
        {
            Assert.That(cases.Count(outcome => outcome.Score is null), Is.EqualTo(1));
            Assert.That(result.Best.Score, Is.EqualTo(cases.Average(outcome => outcome.Score)).Within(1e-12));
        });
    }

    [Test]
    public async Task RunAsync_AConfigurationThatAnswersTheEasyCasesAlone_DoesNotWin()
    {
        // Case "case" is easy for all; who answers nothing else has only its score.
        var target = new RecordingTarget((parameters, testCase) => (double)parameters["x"]! < .5
            ? testCase.Id == "case" ? 1 : null
            : testCase.Id == "case" ? 1 : .6);

        var result = await RunFixture.RunAsync(target, RunFixture.Config());

        Assert.That((double)result.BestParameters!["x"]!, Is.GreaterThanOrEqualTo(.5));
    }

    [Test]
    public void RunAsync_AnAnswerCannotBeKept_EndsInsteadOfPayingForMore()
    {
        var target = new RecordingTarget((_, _) => throw new CassetteException("calls.jsonl: cannot be written"));

        Assert.That(() => RunFixture.RunAsync(target, RunFixture.Config()), Throws.TypeOf<CassetteException>());
        Assert.That(target.Paid, Has.Count.LessThanOrEqualTo(10));
    }

    [Test]
    public async Task RunAsync_NothingEverAnswers_GivesUpAfterAFewCalls()
    {
        var target = new RecordingTarget((_, _) => null) { FailureKind = CallFailureKind.Timeout };

        var result = await RunFixture.RunAsync(target, RunFixture.Config());

        Assert.That(result.StopReason, Does.StartWith("5 calls in a row failed"));
        Assert.That(target.Paid, Has.Count.LessThanOrEqualTo(5 + 10));
    }

    [Test]
    public async Task RunAsync_TheProviderGoesDown_GivesNoVerdict()
    {
        var calls = 0;
        var target = new RecordingTarget((parameters, testCase) =>
            Interlocked.Increment(ref calls) > 40 ? null : RunFixture.Quality(parameters, testCase));

        var result = await RunFixture.RunAsync(target, RunFixture.Config(search: search => search with
        {
            Baseline = new JsonObject { ["x"] = .1, ["y"] = "a" },
        }));

        Assert.Multiple(() =>
        {
            Assert.That(result.IsCutShort, Is.True);
            Assert.That(result.Best, Is.Not.Null);
            Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.NotFinished));
            Assert.That(result.Verdict.Sentence, Does.StartWith("Not finished").And.Contain("Run the same command again"));
        });
    }

    [Test]
    public async Task RunAsync_TheProviderGoesDown_StopsAndKeepsWhatItHas()
    {
        var calls = 0;
        var target = new RecordingTarget((parameters, testCase) =>
            Interlocked.Increment(ref calls) > 40 ? null : RunFixture.Quality(parameters, testCase));

        var result = await RunFixture.RunAsync(target, RunFixture.Config(search: search => search with { IsRacing = false }));

        Assert.Multiple(() =>
        {
            Assert.That(result.StopReason, Does.Contain("25 calls in a row failed").And.Contain("out of order"));
            Assert.That(result.Best, Is.Not.Null);
            Assert.That(target.Paid, Has.Count.LessThanOrEqualTo(40 + 25 + 10));
        });
    }

    [Test]
    public async Task RunAsync_AllScoresZero_StillHasABest()
    {
        var result = await RunFixture.RunAsync(new RecordingTarget((_, _) => 0), RunFixture.Config());

        Assert.That(result.Best!.Score, Is.Zero);
    }

    [Test]
    public async Task RunAsync_PopulationOfOneAndEliteOfTwo_Runs()
    {
        var config = RunFixture.Config(search: search => search with
        {
            Algorithm = "evolution",
            Evolution = new EvolutionConfig { PopulationSize = 1, Generations = 5, EliteSize = 2 },
            EarlyStopping = new EarlyStoppingConfig(IsEnabled: false),
        });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.That(result.Configurations, Has.Length.EqualTo(5));
    }

    [Test]
    public async Task RunAsync_NothingBetterForAFewGenerations_StopsAfterPatience()
    {
        var config = RunFixture.Config(search: search => search with
        {
            Evolution = new EvolutionConfig { PopulationSize = 2, Generations = 20 },
            EarlyStopping = new EarlyStoppingConfig(Patience: 3),
        });

        var result = await RunFixture.RunAsync(new RecordingTarget((_, _) => .5), config);

        // The first generation sets the mark, three in a row do not raise it.
        Assert.That(result.GenerationsRun, Is.EqualTo(4));
    }

    [Test]
    public void RunAsync_UnknownAlgorithm_IsRefusedWithASuggestion()
    {
        var config = RunFixture.Config(search: search => search with { Algorithm = "mab_evoluton" });

        Assert.That(
            () => RunFixture.RunAsync(new RecordingTarget((_, _) => 0), config),
            Throws.TypeOf<OptimizationRunException>().With.Message.Contains("Did you mean \"mab_evolution\"?"));
    }

    [TestCase("mab_evolution")]
    [TestCase("evolution")]
    [TestCase("random")]
    [TestCase("quasi-random")]
    [TestCase("tpe")]
    [TestCase("cma-es")]
    [TestCase("gaussian-process")]
    [TestCase("trust-region")]
    [TestCase("nsga2")]
    public async Task RunAsync_EachAlgorithm_CallsNoConfigurationTwice(string algorithm)
    {
        var config = RunFixture.Config(search: search => search with
        {
            Algorithm = algorithm,
            Evolution = new EvolutionConfig { PopulationSize = 6, Generations = 3 },
        });
        var target = new RecordingTarget(RunFixture.Quality);

        var result = await RunFixture.RunAsync(target, config);

        Assert.That(target.Paid, Is.Unique);
        Assert.That(result.Configurations.Select(outcome => outcome.Parameters.ToJsonString()), Is.Unique);
    }

    [TestCase("""{"x": 0.25, "y": "a"}""")]
    [TestCase("""{"x": 0.7, "y": "a"}""", Description = "the best")]
    [TestCase("""{"x": 7, "y": "a"}""", Description = "outside the space")]
    public async Task RunAsync_ABaseline_IsCalledFirstAndForAllCases(string baseline)
    {
        var config = RunFixture.Config(cases: 20, search: search => search with { Baseline = (JsonObject)JsonNode.Parse(baseline)! });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        var first = result.Configurations[0];
        Assert.Multiple(() =>
        {
            Assert.That(first.Origin, Is.EqualTo("baseline"));
            Assert.That(JsonNode.DeepEquals(first.Parameters, JsonNode.Parse(baseline)), Is.True);
            Assert.That(first.Cases, Has.Length.EqualTo(20));
            Assert.That(result.Configurations.Count(outcome => outcome.Origin == "baseline"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task RunAsync_TheNumberOfCallsIsLimited_StopsThereWithTheBestSoFar()
    {
        var config = RunFixture.Config(search: search => search with { Budget = new(Calls: 10) });
        var target = new RecordingTarget(RunFixture.Quality);

        var result = await RunFixture.RunAsync(target, config);

        Assert.Multiple(() =>
        {
            Assert.That(target.Paid, Has.Count.EqualTo(10));
            Assert.That(result.StopReason, Does.Contain("10 calls"));
            Assert.That(result.Best, Is.Not.Null);
        });
    }

    [Test]
    public async Task StreamAsync_ARun_EndsWithItsResult()
    {
        var config = RunFixture.Config();
        var target = new RecordingTarget(RunFixture.Quality);
        var events = new List<OptimizationEvent>();

        await foreach (var happened in new OptimizationRun(config, RunFixture.Parts(target, config)).StreamAsync())
        {
            events.Add(happened);
        }

        Assert.Multiple(() =>
        {
            Assert.That(events[0], Is.InstanceOf<RunStarted>());
            Assert.That(events[^1], Is.InstanceOf<RunFinished>());
            Assert.That(events.OfType<CaseFinished>().Count(), Is.EqualTo(target.Paid.Count));
        });
    }

    [Test]
    public async Task RunAsync_RepeatsOfCases_AreAveragedWithinTheCase()
    {
        var config = RunFixture.Config();
        var repeated = config with { Evaluation = config.Evaluation with { Repeats = 3 } };

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), repeated);

        Assert.That(result.Best!.Cases, Has.Length.EqualTo(12));
        Assert.That(result.Best.Cases.Select(outcome => outcome.Repetition).Distinct(), Is.EquivalentTo(new[] { 0, 1, 2 }));
    }

    [TestCase("nsga2")]
    [TestCase("mab_evolution")]
    public async Task RunAsync_SeveralObjectives_GivesAFrontThatNoConfigurationBeats(string algorithm)
    {
        var config = RunFixture.Config(search: search => search with { Algorithm = algorithm });
        config = config with
        {
            Evaluation = config.Evaluation with
            {
                IsPareto = true,
                Metrics = [new MetricConfig { Name = "quality" }, new MetricConfig { Name = "thrift" }],
            },
        };
        var target = new RecordingTarget((parameters, _) => (double)parameters["x"]!);
        var parts = RunFixture.Parts(target, config) with
        {
            Metrics =
            [
                new(config.Evaluation.Metrics[0], new ValueScorer()),
                new(config.Evaluation.Metrics[1], new ValueScorer(x => 1 - (x * x))),
            ],
        };

        var result = await new OptimizationRun(config, parts).RunAsync();

        Assert.Multiple(() =>
        {
            // Whatever one of two opposed metrics gains the other loses: nothing beats anything.
            var different = result.Configurations.DistinctBy(found => (double)found.Parameters["x"]!);
            Assert.That(result.Front, Has.Length.EqualTo(different.Count()));
            Assert.That(result.Hypervolume, Is.InRange(.5, 2.0 / 3));
        });
    }

    [Test]
    public async Task RunAsync_FormerWinners_AreCalledAfterTheBaselineAndFillHalfAGeneration()
    {
        var history = new MemoryHistory(
            [.. Enumerable.Range(1, 9).Select(place => new JsonObject { ["x"] = place / 10.0, ["y"] = "b" })]);
        var config = RunFixture.Config(search: search => search with { Baseline = new JsonObject { ["x"] = .25, ["y"] = "a" } });
        var parts = RunFixture.Parts(new RecordingTarget(RunFixture.Quality), config) with
        {
            Legacy = history,
            Session = new LegacySession("session", "tested", "tested", "", "fingerprint"),
        };

        var result = await new OptimizationRun(config, parts).RunAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result.Configurations.Take(5).Select(outcome => outcome.Origin),
                Is.EqualTo(new[] { "baseline", "warm_start", "warm_start", "warm_start", "random" }));
            Assert.That(history.Recorded.Select(outcome => outcome.Id).Distinct(),
                Is.EquivalentTo(result.Configurations.Select(outcome => outcome.Id)));
            Assert.That(history.Recorded.Min(outcome => outcome.Generation), Is.EqualTo(MemoryHistory.FormerGenerations + 1));
        });
    }

    [Test]
    public async Task RunAsync_AHistoryThatFails_IsToldAndDoesNotEndTheRun()
    {
        var config = RunFixture.Config();
        var parts = RunFixture.Parts(new RecordingTarget(RunFixture.Quality), config) with
        {
            Legacy = new MemoryHistory([]) { Failure = new StorageException("the disk is full") },
            Session = new LegacySession("session", "tested", "tested", "", "fingerprint"),
        };

        var result = await new OptimizationRun(config, parts).RunAsync();

        Assert.That(result.Best, Is.Not.Null);
        Assert.That(result.Notes, Has.Some.Contains("the disk is full"));
    }
}
