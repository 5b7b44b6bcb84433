using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Runs;

public class RunSdkTests
{
    private static readonly RunOptions Local = new()
    {
        Function = (parameters, _, _) => Task.FromResult<JsonNode?>(new JsonObject { ["x"] = parameters["x"]!.DeepClone() }),
        Evaluator = (scored, _, _) => ValueTask.FromResult(1 - Math.Abs((double)scored.Answer.Result!["x"]! - .7)),
    };

    [Test]
    public async Task OptimizeAsync_ADictionaryAndAFunction_GivesTheShapeOfTheSdk()
    {
        using var directory = new TemporaryDirectory();

        var result = await Run.OptimizeAsync(Config(directory), Local);

        var answer = JsonSerializer.SerializeToNode(result)!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That(result.Error, Is.Null);
            Assert.That((bool)answer["success"]!, Is.True);
            Assert.That((double)answer["best_config"]!["x"]!, Is.EqualTo(.7).Within(.2));
            Assert.That((double)answer["best_score"]!, Is.InRange(.8, 1));
            Assert.That((int)answer["configs_generated"]!, Is.EqualTo(result.Details!.Configurations.Length));
            Assert.That((int)answer["configs_saved"]!, Is.EqualTo(result.Details.Configurations.Length));
            Assert.That((string)answer["optimization_run_id"]!, Does.Match("^my_api_[0-9]{10}_[0-9a-f]{8}$"));
            Assert.That((string)answer["timestamp"]!, Does.Match("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$"));
            Assert.That(answer.ContainsKey("error"), Is.False);
        });
    }

    [Test]
    public async Task StreamAsync_ARun_TellsItsEventsAndEndsWithTheResult()
    {
        using var directory = new TemporaryDirectory();
        var config = OptimizationConfigReader.FromDictionary(
            Config(directory), directory.Path, new ReaderOptions { AllowsOutsidePaths = true });

        var heard = new List<OptimizationEvent>();
        await foreach (var happened in Run.StreamAsync(config, Local))
        {
            heard.Add(happened);
        }

        Assert.That(heard.OfType<GenerationFinished>().Count(), Is.Positive);
        Assert.That(((RunFinished)heard[^1]).Result.Best, Is.Not.Null);
    }

    [Test]
    public async Task OptimizeAsync_ARunThatEnds_LeavesItsHistoryAndItsResultsForOthers()
    {
        using var directory = new TemporaryDirectory();

        var result = await Run.OptimizeAsync(Config(directory), Local);

        await using var stored = new FileResultStore(directory.Combine("stored"), TimeProvider.System);
        var best = await stored.LoadAsync(ResultKeys.BestConfiguration("my_api"), CancellationToken.None);
        var history = await stored.ListAsync(ResultKeys.HistoryPrefix("my_api"), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(best!["config"]!.ToJsonString(), Is.EqualTo(result.BestConfig!.ToJsonString()));
            Assert.That(history, Has.Count.EqualTo(1));
            Assert.That(File.Exists(directory.Combine("exports", "winners_my_api.csv")), Is.True);
            Assert.That(Directory.GetFiles(directory.Combine("exports"), "audit_*.csv"), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public async Task OptimizeAsync_ANewRunOfTheSameSession_StartsFromFormerWinners()
    {
        using var directory = new TemporaryDirectory();
        var first = await Run.OptimizeAsync(Config(directory), Local);
        var again = Config(directory);
        again["output"]!["save_path"] = directory.Combine("other_results");
        again["optimization"]!["seed"] = 9;

        var second = await Run.OptimizeAsync(again, Local);

        var start = second.Details!.Configurations.Where(outcome => outcome.Origin == "warm_start").ToArray();
        Assert.That(start, Has.Length.EqualTo(3));
        Assert.That(start[0].Parameters.ToJsonString(), Is.EqualTo(first.BestConfig!.ToJsonString()));
    }

    [Test]
    public async Task OptimizeAsync_RunAgain_PaysForNothingAndGivesTheSame()
    {
        using var directory = new TemporaryDirectory();

        var first = await Run.OptimizeAsync(Config(directory), Local);
        var second = await Run.OptimizeAsync(Config(directory), Local with
        {
            Function = (_, _, _) => throw new InvalidOperationException("It was called again."),
        });

        Assert.Multiple(() =>
        {
            Assert.That(second.Error, Is.Null);
            Assert.That(RunFixture.Essence(second.Details!), Is.EqualTo(RunFixture.Essence(first.Details!)));
            Assert.That(second.OptimizationRunId, Is.EqualTo(first.OptimizationRunId));
            Assert.That(second.Details!.Spent.ReplayedCalls, Is.EqualTo(first.Details!.Spent.Calls));
        });
    }

    [Test]
    public async Task OptimizeAsync_ABadConfiguration_IsAnErrorInTheAnswer()
    {
        var result = await Run.OptimizeAsync(new JsonObject { ["search_space"] = new JsonObject() });

        var answer = JsonSerializer.SerializeToNode(result)!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That((bool)answer["success"]!, Is.False);
            Assert.That((string)answer["error"]!, Does.Contain("api"));
            Assert.That((int)answer["configs_generated"]!, Is.Zero);
            Assert.That((int)answer["configs_saved"]!, Is.Zero);
        });
    }

    [Test]
    public async Task OptimizeAsync_AFunctionThatFails_IsAnErrorInTheAnswerWithTheReason()
    {
        using var directory = new TemporaryDirectory();

        var result = await Run.OptimizeAsync(Config(directory), Local with
        {
            Function = (_, _, _) => throw new InvalidOperationException("the database is down"),
        });

        Assert.That(result.Success, Is.False);
        Assert.That(result.Error, Does.Contain("the database is down"));
    }

    [Test]
    public async Task OptimizeAsync_AfterAnOutage_CallsAgainWhatFailed()
    {
        using var directory = new TemporaryDirectory();
        var failed = await Run.OptimizeAsync(Config(directory), Local with
        {
            Function = (_, _, _) => throw new InvalidOperationException("the database is down"),
        });

        var mended = await Run.OptimizeAsync(Config(directory), Local);

        Assert.That(failed.Success, Is.False);
        Assert.That(mended.Success, Is.True, mended.Error);
    }

    [Test]
    public void OptimizeAsync_Cancelled_Throws()
    {
        using var directory = new TemporaryDirectory();
        using var cancellation = new CancellationTokenSource();

        Assert.That(
            () => Run.OptimizeAsync(
                Config(directory),
                Local with
                {
                    Function = async (_, _, token) =>
                    {
                        await cancellation.CancelAsync();
                        await Task.Delay(Timeout.Infinite, token);
                        return null;
                    },
                },
                cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task OptimizeAsync_AnotherConfigurationInTheDirectory_IsRefusedWithTheCure()
    {
        using var directory = new TemporaryDirectory();
        var other = Config(directory);
        other["search_space"]!["parameters"]!["x"]!["max"] = 2;
        var reweighted = Config(directory);
        reweighted["evaluation"]!["metrics"]!["latency_ms"] = new JsonObject { ["weight"] = 1 };
        await Run.OptimizeAsync(Config(directory), Local);

        var refused = await Run.OptimizeAsync(other, Local);
        var rescored = await Run.OptimizeAsync(reweighted, Local);
        var restarted = await Run.OptimizeAsync(other, Local with { Restart = true });

        Assert.Multiple(() =>
        {
            Assert.That(refused.Error, Does.Contain("search_space changed").And.Contain("--restart"));
            Assert.That(rescored.Error, Does.Contain("metrics changed").And.Contain("convergence rescore"));
            Assert.That(restarted.Success, Is.True, restarted.Error);
        });
    }

    [Test]
    public async Task OptimizeAsync_AListener_HearsTheEnd()
    {
        using var directory = new TemporaryDirectory();
        var listener = new Listener();

        var result = await Run.OptimizeAsync(Config(directory), Local with { Events = listener });

        Assert.That(listener.Heard[^1], Is.EqualTo(new RunFinished(result.Details!)));
        Assert.That(result.Events, Has.Some.Contains("generation 1 of"));
    }

    private static JsonObject Config(TemporaryDirectory directory) => new()
    {
        ["api"] = new JsonObject { ["name"] = "my_api", ["adapter"] = "local" },
        ["search_space"] = new JsonObject
        {
            ["parameters"] = new JsonObject { ["x"] = new JsonObject { ["type"] = "float", ["min"] = 0, ["max"] = 1 } },
        },
        ["evaluation"] = new JsonObject
        {
            ["test_cases"] = new JsonObject
            {
                ["inline"] = new JsonArray(
                    new JsonObject { ["id"] = "a", ["input"] = new JsonObject() },
                    new JsonObject { ["id"] = "b", ["input"] = new JsonObject() }),
            },
            ["metrics"] = new JsonObject { ["nearness"] = new JsonObject { ["weight"] = 1 } },
        },
        ["optimization"] = new JsonObject
        {
            ["algorithm"] = "tpe",
            ["evolution"] = new JsonObject { ["generations"] = 3, ["population_size"] = 6 },
        },
        ["output"] = new JsonObject { ["save_path"] = directory.Combine("results") },
        ["legacy"] = new JsonObject { ["sqlite_path"] = directory.Combine("legacy.db"), ["export_dir"] = directory.Combine("exports") },
        ["storage"] = new JsonObject { ["backend"] = "file", ["path"] = directory.Combine("stored") },
    };

    private sealed class Listener : IProgress<OptimizationEvent>
    {
        public List<OptimizationEvent> Heard { get; } = [];

        public void Report(OptimizationEvent value) => Heard.Add(value);
    }
}
