using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Runs;

public class RescoringTests
{
    private static readonly RunOptions Options = new()
    {
        Function = (parameters, testCase, _) => Task.FromResult<JsonNode?>(new JsonObject
        {
            ["quality"] = RunFixture.Quality(parameters, testCase),
            ["thrift"] = 1 - (double)parameters["x"]!,
        }),
        Evaluator = (scored, metric, _) => ValueTask.FromResult((double)scored.Answer.Result![metric]!),
    };

    [Test]
    public async Task RunAsync_OtherWeights_ScoresTheKeptAnswersAnewWithoutACall()
    {
        using var directory = new TemporaryDirectory();

        // Without a race and held-out cases all configurations have answers to all cases: any can win by other weights.
        var first = (await Run.OptimizeAsync(Config(directory, thrift: 0, isWhole: true), Options)).Details!;

        var rescored = await Rescoring.RunAsync(Config(directory, thrift: 9, isWhole: true), Options with
        {
            Function = (_, _, _) => throw new InvalidOperationException("It was called."),
        });

        Assert.Multiple(() =>
        {
            Assert.That(rescored.RunId, Is.EqualTo(first.RunId));
            Assert.That(rescored.Spent.Calls, Is.EqualTo(first.Spent.Calls), "those of the run");
            Assert.That(rescored.Configurations.Select(found => found.Parameters.ToJsonString()),
                Is.EqualTo(first.Configurations.Select(found => found.Parameters.ToJsonString())));
            Assert.That(rescored.Configurations.Select(found => found.Cases.Length),
                Is.EqualTo(first.Configurations.Select(found => found.Cases.Length)));
            Assert.That((double)rescored.BestParameters!["x"]!, Is.LessThan((double)first.BestParameters!["x"]!));
        });
    }

    [Test]
    public async Task RunAsync_TheSameMetrics_GivesTheResultOfTheRun()
    {
        using var directory = new TemporaryDirectory();
        var first = (await Run.OptimizeAsync(Config(directory, thrift: 1), Options)).Details!;

        var rescored = await Rescoring.RunAsync(Config(directory, thrift: 1), Options);

        Assert.Multiple(() =>
        {
            Assert.That(RunFixture.Essence(rescored with { StopReason = first.StopReason }), Is.EqualTo(RunFixture.Essence(first)));
            Assert.That(rescored.Estimate!.Value.IsFromHeldOutCases, Is.True);
        });
    }

    [Test]
    public async Task RunAsync_ARunThatWentOnAfterAnOutage_GivesTheResultOfTheRun()
    {
        using var directory = new TemporaryDirectory();
        var config = Config(directory, thrift: 1);
        config = config with
        {
            Api = config.Api with { Request = config.Api.Request with { TimeoutSeconds = .2 } },
            Optimization = config.Optimization with { Algorithm = "tpe" },
        };
        var calls = 0;
        var cut = (await Run.OptimizeAsync(config, Options with
        {
            Function = async (parameters, testCase, token) =>
            {
                await Task.Delay(Interlocked.Increment(ref calls) > 45 ? Timeout.Infinite : 0, token);
                return await Options.Function!(parameters, testCase, token);
            },
        })).Details!;
        var cutAgain = await Rescoring.RunAsync(config, Options);
        config = config with { Api = config.Api with { Request = config.Api.Request with { TimeoutSeconds = 30 } } };
        var whole = (await Run.OptimizeAsync(config, Options)).Details!;

        var rescored = await Rescoring.RunAsync(config, Options);

        Assert.Multiple(() =>
        {
            Assert.That((cut.IsCutShort, cutAgain.IsCutShort), Is.EqualTo((true, true)));
            Assert.That(cutAgain.Best?.Id, Is.EqualTo(cut.Best?.Id));
            Assert.That(whole.IsCutShort, Is.False);
            Assert.That(RunFixture.Essence(rescored with { StopReason = whole.StopReason }), Is.EqualTo(RunFixture.Essence(whole)));
        });
    }

    [Test]
    public void RunAsync_NoRunInTheDirectory_SaysSo()
    {
        using var directory = new TemporaryDirectory();

        Assert.That(
            () => Rescoring.RunAsync(Config(directory, thrift: 1), Options),
            Throws.TypeOf<OptimizationRunException>().With.Message.Contains("holds no run"));
    }

    [Test]
    public async Task RunAsync_OtherCalls_SaysThatNoAnswerIsKept()
    {
        using var directory = new TemporaryDirectory();
        var config = Config(directory, thrift: 1);
        await Run.OptimizeAsync(config, Options);
        var other = config with { Api = config.Api with { Name = "another" } };

        Assert.That(
            () => Rescoring.RunAsync(other, Options),
            Throws.TypeOf<OptimizationRunException>().With.Message.Contains("keeps no answer"));
    }

    private static OptimizationConfig Config(TemporaryDirectory directory, double thrift, bool isWhole = false)
    {
        var config = RunFixture.Config(cases: 10, search => search with { IsRacing = !isWhole });
        return config with
        {
            Api = config.Api with { Adapter = AdapterKind.Local },
            Evaluation = config.Evaluation with
            {
                HoldOut = isWhole ? 0 : .3,
                Metrics = [new MetricConfig { Name = "quality" }, new MetricConfig { Name = "thrift", Weight = thrift }],
            },
            Output = new OutputConfig { SavePath = directory.Combine("results") },
            Legacy = new LegacyConfig { IsEnabled = false },
        };
    }
}
