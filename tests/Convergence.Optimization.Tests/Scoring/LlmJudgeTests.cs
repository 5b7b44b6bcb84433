using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Scoring.Judging;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Tests.Calls;
using Convergence.Optimization.Tests.Targets;

namespace Convergence.Optimization.Tests.Scoring;

/// <summary>A judge over a real connection: a server that grades as a test says.</summary>
public sealed class LlmJudgeTests
{
    private static readonly MetricConfig Quality = new() { Name = "quality", Kind = MetricKind.LlmJudge, Rubric = "Be exact." };

    [Test]
    public async Task Score_Rubric_IsAskedForAndPaid()
    {
        var prompt = "";
        await using var server = await JudgeAsync((request, _) =>
        {
            prompt = request.ToJsonString();
            return """{"score": 8}""";
        });
        using var run = new RunFixture();

        var (score, _) = await ScoreAsync(run, server, Quality);

        Assert.That(score, Is.EqualTo(.8));
        Assert.That(prompt, Does.Contain("Be exact.").And.Contain("Capital of Senegal?").And.Contain("The answer text"));
        Assert.That((run.Ledger.Calls, run.Ledger.Tokens), Is.EqualTo((1L, 30L)));
    }

    [Test]
    public async Task Score_Repeats_AreMeasuredAsNoise()
    {
        await using var server = await JudgeAsync((_, number) => $$"""{"score": {{(number % 2 == 0 ? 4 : 8)}}}""");
        using var run = new RunFixture();

        var (score, noise) = await ScoreAsync(run, server, Quality, repeats: 4);

        Assert.That(score, Is.EqualTo(.6).Within(1e-12));
        Assert.That(noise!.StandardDeviation, Is.EqualTo(Math.Sqrt(4 * .04 / 3)).Within(1e-12));
        Assert.That((noise.PositionBias, noise.Answers, noise.JudgementsPerAnswer), Is.EqualTo(((double?)null, 1, 4)));
    }

    [Test]
    public async Task Score_Reference_IsShownInBothPlaces()
    {
        // Two points more for whatever comes first.
        await using var server = await JudgeAsync((request, _) =>
        {
            var text = request.ToJsonString();
            var answer = text.IndexOf("The answer text", StringComparison.Ordinal);
            var reference = text.IndexOf("The reference", StringComparison.Ordinal);
            return answer < reference ? """{"first": 8, "second": 7}""" : """{"first": 9, "second": 6}""";
        });
        using var run = new RunFixture();

        var (score, noise) = await ScoreAsync(run, server, Quality, expected: """{"answer": "The reference"}""");

        Assert.That(score, Is.EqualTo(.7).Within(1e-12));
        Assert.That(noise!.PositionBias, Is.EqualTo(.2).Within(1e-12));
        Assert.That(server.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Score_VerdictThatCannotBeRead_IsAskedForOnceMore()
    {
        await using var server = await JudgeAsync((_, number) => number == 1 ? "Well, hard to say." : """{"score": 5}""");
        using var run = new RunFixture();

        Assert.That((await ScoreAsync(run, server, Quality)).Score, Is.EqualTo(.5));
        Assert.That(server.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Score_NoVerdict_IsMissing()
    {
        await using var server = await JudgeAsync((_, _) => "No.");
        using var run = new RunFixture();

        Assert.That(
            async () => await ScoreAsync(run, server, Quality),
            Throws.TypeOf<EvaluatorException>().With.Message.Contains("case-1").And.Message.Contains("No."));
    }

    [Test]
    public async Task Score_BudgetIsUsedUp_IsNotAsked()
    {
        await using var server = await JudgeAsync((_, _) => """{"score": 5}""");
        using var run = new RunFixture(new SpendLimits(Calls: 0));

        Assert.That(async () => await ScoreAsync(run, server, Quality), Throws.TypeOf<BudgetExhaustedException>());
        Assert.That(server.Count, Is.Zero);
    }

    [Test]
    public async Task Score_Replayed_IsNotPaidAgain()
    {
        await using var server = await JudgeAsync((_, _) => """{"score": 5}""");
        using var run = new RunFixture();

        await ScoreAsync(run, server, Quality);
        run.Reopen();
        await ScoreAsync(run, server, Quality);

        Assert.That(server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Forecast_Judge_CountsItsCalls()
    {
        await using var server = await JudgeAsync((_, _) => "");
        using var run = new RunFixture();
        await using var scorers = await ScorerFactory.CreateAsync(Config(server, Quality, repeats: 3), run.Services);

        Assert.That(scorers.Forecast(Configs.Case()).Calls, Is.EqualTo(3));
        Assert.That(scorers.Forecast(Configs.Case(expected: """{"answer": "x"}""")).Calls, Is.EqualTo(6));
        Assert.That(scorers.Forecast(Configs.Case()).MostTokens, Is.GreaterThan(3 * 512));
    }

    [Test]
    public async Task Create_NoJudge_NamesTheCure()
    {
        using var run = new RunFixture();
        var config = Configs.Of(new ApiConfig { Name = "local_x" }, Quality);

        Assert.That(
            async () => await ScorerFactory.CreateAsync(config, run.Services),
            Throws.TypeOf<EvaluatorException>().With.Message.Contains("evaluation.judge"));
        await using var mock = await ScorerFactory.CreateAsync(config with { Api = config.Api with { MockMode = true } }, run.Services);
        Assert.That(run.Notes.Single(), Does.Contain("quality").And.Contain("mock"));
    }

    [TestCase("[1, 0]", "[1, 0]", 1)]
    [TestCase("[1, 0]", "[0, 2]", 0)]
    [TestCase("[1, 0]", "[-1, 0]", 0)]
    [TestCase("[3, 4]", "[3, 0]", .6)]
    public async Task Cosine_Embeddings_AreCompared(string answer, string expected, double score)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, $$"""
            {"data": [{"embedding": {{expected}}, "index": 1 }, {"embedding": {{answer}}, "index": 0 }], "usage": {"prompt_tokens": 9} }
            """));
        using var run = new RunFixture();
        var config = Configs.Of(
            new ApiConfig { Name = "local_x" }, new MetricConfig { Name = "relevance", Kind = MetricKind.CosineSimilarity });
        config = config with
        {
            Evaluation = config.Evaluation with
            {
                Embedding = new EmbeddingConfig(server.Address.AbsoluteUri, "embedder", new AuthConfig()),
            },
        };
        await using var scorers = await ScorerFactory.CreateAsync(config, run.Services);

        var scored = Scored("""{"answer": "x"}""");
        Assert.That(await scorers.Metrics.Single().Scorer.ScoreAsync(scored, default), Is.EqualTo(score).Within(1e-12));
    }

    [TestCase("the answer text", 1)]
    [TestCase("something else", 0)]
    [TestCase("The TEXT, (the) answer text!", .8660254)]
    public async Task Cosine_NoModel_ComparesWordsAndSaysSo(string expected, double score)
    {
        using var run = new RunFixture();
        await using var scorers = await ScorerFactory.CreateAsync(
            Configs.Of(
                new ApiConfig { Name = "local_x" }, new MetricConfig { Name = "relevance", Kind = MetricKind.CosineSimilarity }),
            run.Services);

        var scored = Scored($$"""{"answer": "{{expected}}"}""");
        Assert.That(await scorers.Metrics.Single().Scorer.ScoreAsync(scored, default), Is.EqualTo(score).Within(.1));
        Assert.That(run.Notes.Single(), Does.Contain("evaluation.embedding"));
    }

    private static async Task<(double Score, JudgeNoise? Noise)> ScoreAsync(
        RunFixture run, LoopbackServer server, MetricConfig metric, int repeats = 1, string expected = "{}")
    {
        await using var scorers = await ScorerFactory.CreateAsync(Config(server, metric, repeats), run.Services);
        var score = await scorers.Metrics.Single().Scorer.ScoreAsync(Scored(expected), default);
        return (score, scorers.JudgeNoise.GetValueOrDefault(metric.Name));
    }

    private static OptimizationConfig Config(LoopbackServer server, MetricConfig metric, int repeats)
    {
        var config = Configs.Of(new ApiConfig { Name = "local_x" }, metric);
        var judge = new JudgeConfig { Endpoint = $"{server.Address}v1/chat/completions", Model = "judge", Repeats = repeats };
        return config with { Evaluation = config.Evaluation with { Judge = judge } };
    }

    private static ScoredCall Scored(string expected) => new(
        Configs.Case(expected: expected),
        [],
        new TargetAnswer(
            new ApiAnswer(200, "The answer text", null, TimeSpan.Zero, 1), JsonValue.Create("The answer text"), 0, IsReplayed: false));

    private static Task<LoopbackServer> JudgeAsync(Func<JsonNode, int, string> verdict) =>
        LoopbackServer.StartAsync(async (context, number) =>
        {
            var request = (await JsonNode.ParseAsync(context.Request.Body))!;
            var answer = new JsonObject
            {
                ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = verdict(request, number) } }),
                ["usage"] = new JsonObject { ["prompt_tokens"] = 20, ["completion_tokens"] = 10 },
            };
            await LoopbackServer.Json(context, answer.ToJsonString());
        });
}
