using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Society;
using Convergence.Optimization.Tests.Calls;
using Convergence.Optimization.Tests.Runs;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Society;

public class SocietyTests
{
    private const string Proposals = """
        I think x should go up. {"thought": "x is too low", "proposals": [{"x": 0.7}, {"x": 7}, {"z": 1, "x": 0.69}]}
        """;

    [Test]
    public async Task Reasoning_AModelThatKnowsBetter_ProposesAndIsRewardedByImprovement()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ModelAsync(Proposals);

        var result = await RunAsync(Config(directory, server));

        var reasoned = result.Configurations.Where(outcome => outcome.Origin == "rlp").ToArray();
        var thoughts = await File.ReadAllLinesAsync(directory.Combine("results", "society", "thoughts.jsonl"));
        var first = thoughts.Select(line => JsonNode.Parse(line)!).First(thought => thought["rewards"]!.AsArray().Count > 0);
        Assert.Multiple(() =>
        {
            Assert.That(reasoned.Select(outcome => (double)outcome.Parameters["x"]!), Is.SubsetOf(new[] { .7, .69 }));
            Assert.That(result.Best!.Origin, Is.EqualTo("rlp"));
            Assert.That((string)first["thought"]!, Is.EqualTo("x is too low"));
            Assert.That((int)first["dropped"]!, Is.EqualTo(1), "7 lies outside the space");
            Assert.That((double)first["rewards"]![0]!["reward"]!, Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task Reasoning_AModelThatTalksNonsense_IsToldAndTheRunGoesOn()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ModelAsync("As a language model, I cannot.");

        var result = await RunAsync(Config(directory, server));

        Assert.That(result.Best, Is.Not.Null);
        Assert.That(result.Notes, Has.Some.Contains("proposed nothing in generation 2"));
    }

    [Test]
    public async Task Reasoning_RunAgain_AsksNothingAgainAndGivesTheSame()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ModelAsync(Proposals);
        var first = await RunAsync(Config(directory, server));
        var count = server.Count;

        var second = await RunAsync(Config(directory, server));

        Assert.That(RunFixture.Essence(second), Is.EqualTo(RunFixture.Essence(first)));
        Assert.That(server.Count, Is.EqualTo(count));
    }

    [Test]
    public async Task SelfAlignment_AJudgeThatLikesTheFirst_IsCalibratedOnSelfMadePairs()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ModelAsync(Proposals);
        var config = Config(directory, server);
        config = config with
        {
            Evaluation = config.Evaluation with
            {
                Metrics = [.. config.Evaluation.Metrics, new MetricConfig { Name = "judged", Kind = MetricKind.LlmJudge }],
                Judge = config.Society.Model,
            },
        };

        var result = await RunAsync(config);

        var judge = JsonNode.Parse(await File.ReadAllTextAsync(directory.Combine("results", "society", "judge.json")))!;
        var pairs = await File.ReadAllLinesAsync(directory.Combine("results", "society", "preferences.jsonl"));
        Assert.Multiple(() =>
        {
            Assert.That(pairs, Has.Length.EqualTo(4), "one for each case");
            Assert.That(pairs, Has.All.Contains("\"chosen\":\"Good text\""));
            Assert.That((double)judge["position_bias"]!, Is.EqualTo(.1).Within(1e-9));
            Assert.That((double)judge["consistency"]!, Is.EqualTo(1));
            Assert.That((double)judge["accuracy"]!, Is.EqualTo(1));
            Assert.That(result.Notes, Has.Some.Contains("judged: of 4 pairs"));
        });
    }

    [Test]
    public async Task Society_WithoutAKey_IsOffAndSaysSo()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ModelAsync(Proposals);
        var config = Config(directory, server);
        var auth = new AuthConfig { Type = AuthKind.Bearer, TokenEnvironment = "NO_SUCH_KEY_IS_SET" };
        var keyed = config.Society.Model! with { Auth = auth };

        var result = await RunAsync(config with { Society = config.Society with { Model = keyed } });

        Assert.Multiple(() =>
        {
            Assert.That(result.Best, Is.Not.Null);
            Assert.That(server.Count, Is.Zero);
            Assert.That(result.Notes, Has.Some.Contains("society is off").And.Some.Contains("NO_SUCH_KEY_IS_SET"));
        });
    }

    [Test]
    public void Calibration_GradesThatWobble_WidenTheTieBand()
    {
        var steady = new PreferencePair("a", "g", "b", (.8, .3), (.8, .3));
        var wobbling = new PreferencePair("b", "g", "b", (.9, .2), (.5, .6));

        var calm = JudgeCalibration.Of([steady, steady]);
        var noisy = JudgeCalibration.Of([steady, wobbling]);

        Assert.Multiple(() =>
        {
            Assert.That(calm.TieBand(4), Is.Zero);
            Assert.That(noisy.TieBand(4), Is.GreaterThan(.1));
            Assert.That(noisy.TieBand(400), Is.EqualTo(noisy.TieBand(4) / 10).Within(1e-12));
            Assert.That((calm.Consistency, noisy.Consistency), Is.EqualTo((1.0, .5)));
        });
    }

    private static Task<LoopbackServer> ModelAsync(string proposals) => LoopbackServer.StartAsync(async (context, _) =>
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = JsonNode.Parse(await reader.ReadToEndAsync())!;
        var (system, prompt) = ((string)body["messages"]![0]!["content"]!, (string)body["messages"]![1]!["content"]!);
        var text = system.StartsWith("You improve", StringComparison.Ordinal) ? proposals
            : system.StartsWith("You write", StringComparison.Ordinal) ? """{"good": "Good text", "bad": "Bad text"}"""
            : prompt.Contains("<<<FIRST\nGood", StringComparison.Ordinal) ? """{"first": 9, "second": 3}"""
            : prompt.Contains("<<<FIRST", StringComparison.Ordinal) ? """{"first": 4, "second": 8}"""
            : """{"score": 5}""";
        await LoopbackServer.Json(context, new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text } }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 10, ["completion_tokens"] = 5 },
        }.ToJsonString());
    });

    private static OptimizationConfig Config(TemporaryDirectory directory, LoopbackServer server)
    {
        var config = RunFixture.Config(search: search => search with
        {
            Evolution = new EvolutionConfig { PopulationSize = 5, Generations = 5 },
            ExplorationRate = 0,
            EarlyStopping = new EarlyStoppingConfig(IsEnabled: false),
        });
        return config with
        {
            Api = config.Api with { Adapter = AdapterKind.Local },
            Society = new SocietyConfig
            {
                IsEnabled = true,
                Model = new JudgeConfig { Endpoint = new Uri(server.Address, "v1/chat/completions").ToString(), Model = "thinker" },
            },
            Output = new OutputConfig { SavePath = directory.Combine("results") },
            Legacy = new LegacyConfig { IsEnabled = false },
        };
    }

    private static async Task<OptimizationResult> RunAsync(OptimizationConfig config)
    {
        var result = await Run.OptimizeAsync(config, new RunOptions
        {
            Function = (parameters, testCase, _) => Task.FromResult<JsonNode?>(RunFixture.Quality(parameters, testCase)),
            Evaluator = (scored, _, _) => ValueTask.FromResult((double)scored.Answer.Result!),
        });
        Assert.That(result.Error, Is.Null);
        return result.Details!;
    }
}
