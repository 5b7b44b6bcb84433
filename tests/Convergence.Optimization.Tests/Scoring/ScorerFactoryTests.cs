using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Tests.Targets;

namespace Convergence.Optimization.Tests.Scoring;

public sealed class ScorerFactoryTests
{
    [TestCase(500, 2000.0, .75)]
    [TestCase(2000, 2000.0, 0)]
    [TestCase(500, null, .9)]
    [TestCase(2000, null, .6)]
    public async Task Latency(double milliseconds, double? threshold, double score) => Assert.That(
        await ScoreAsync(
            new MetricConfig { Name = "latency_ms", Kind = MetricKind.Latency, Threshold = threshold, IsLowerBetter = true },
            Scored("\"x\"", milliseconds: milliseconds)),
        Is.EqualTo(score).Within(1e-12));

    [TestCase(.05, .6)]
    [TestCase(null, .98)]
    public async Task Cost(double? budget, double score) => Assert.That(
        await ScoreAsync(
            new MetricConfig { Name = "cost_usd", Kind = MetricKind.Cost, BudgetPerCall = budget }, Scored("\"x\"", cost: .02)),
        Is.EqualTo(score).Within(1e-12));

    [Test]
    public void Cost_Unknown_IsMissing() => Assert.That(
        async () => await ScoreAsync(new MetricConfig { Name = "cost_usd", Kind = MetricKind.Cost }, Scored("\"x\"", cost: null)),
        Throws.TypeOf<EvaluatorException>().With.Message.Contains("api.prices"));

    [TestCase("\" Paris\\n\"", """{"answer": "Paris"}""", 1)]
    [TestCase("\"paris\"", """{"answer": "Paris"}""", 0)]
    [TestCase("\"4.0\"", """{"answer": 4}""", 1)]
    [TestCase("\"true\"", """{"answer": true}""", 1)]
    [TestCase("\"```json\\n[1, 2]\\n```\"", """{"answer": [1, 2]}""", 1)]
    [TestCase("""{"b": 2, "a": 1}""", """{"a": 1, "b": 2}""", 1)]
    [TestCase("""{"choices": [{"message": {"content": "42"}}]}""", """{"answer": "42"}""", 1)]
    public async Task Exact_match(string answer, string expected, double score) => Assert.That(
        await ScoreAsync(new MetricConfig { Name = "accuracy", Kind = MetricKind.ExactMatch }, Scored(answer, expected)),
        Is.EqualTo(score));

    [TestCase("\"kitten\"", "sitting", .6153846)]
    [TestCase("\"Paris\"", "The capital is Paris", .4)]
    public async Task Similarity(string answer, string expected, double score) => Assert.That(
        await ScoreAsync(
            new MetricConfig { Name = "accuracy", Kind = MetricKind.Similarity }, Scored(answer, $$"""{"answer": "{{expected}}"}""")),
        Is.EqualTo(score).Within(1e-6));

    [TestCase(MetricKind.ExactMatch)]
    [TestCase(MetricKind.Similarity)]
    public void Comparison_NothingExpected_IsMissing(MetricKind kind) => Assert.That(
        async () => await ScoreAsync(new MetricConfig { Name = "accuracy", Kind = kind }, Scored("\"x\"")),
        Throws.TypeOf<EvaluatorException>().With.Message.Contains("expected.answer"));

    [TestCase("""{"items": ["red green", "blue yellow"]}""", 1)]
    [TestCase("""{"items": ["red green", "red green"]}""", 0)]
    [TestCase("""["red green", "red blue"]""", 2 / 3.0)]
    [TestCase("\"one two three\"", 1)]
    [TestCase("\"go go go go\"", (.25 + (1 / 3.0)) / 2)]
    public async Task Diversity(string answer, double score) => Assert.That(
        await ScoreAsync(new MetricConfig { Name = "diversity", Kind = MetricKind.Diversity }, Scored(answer)),
        Is.EqualTo(score).Within(1e-12));

    [TestCase("""{"status": "success"}""", 1)]
    [TestCase("""{"status": "failed"}""", 0)]
    [TestCase("""{"success": false}""", 0)]
    [TestCase("\"text\"", 1)]
    public async Task Success_rate(string answer, double score) => Assert.That(
        await ScoreAsync(new MetricConfig { Name = "success_rate", Kind = MetricKind.SuccessRate }, Scored(answer)), Is.EqualTo(score));

    [Test]
    public async Task Json_structure_of_a_models_answer_is_of_its_text()
    {
        var scored = Scored(
            """{"choices": [{"message": {"content": "{\"name\": \"Alice\"}"}}]}""", """{"required_fields": ["name"]}""");

        Assert.That(
            await ScoreAsync(new MetricConfig { Name = "structure", Kind = MetricKind.JsonStructure }, scored), Is.EqualTo(1));
    }

    [TestCase("response_quality", 1.0)]
    [TestCase("accuracy", .981)]
    public async Task Custom_PortedEvaluator_IsAskedByTheMetricsName(string metric, double score)
    {
        var scored = Scored(
            """{"output_text": "Dakar is the capital of Senegal.", "usage": {"total_tokens": 300}}""", """{"contains": ["Dakar"]}""");
        var evaluator = new EvaluatorReference("openai_responses", "score_openai_response");

        Assert.That(await ScoreAsync(new MetricConfig { Name = metric, Evaluator = evaluator }, scored), Is.EqualTo(score));
    }

    [Test]
    public async Task Custom_LowerIsBetter_IsOneLessTheEvaluatorsValue() => Assert.That(
        await ScoreAsync(
            new MetricConfig { Name = "toxicity", IsLowerBetter = true }, Scored("\"x\""), (_, metric, _) =>
                ValueTask.FromResult(metric == "toxicity" ? .2 : 0)),
        Is.EqualTo(.8).Within(1e-12));

    [Test]
    public async Task Custom_LowerIsBetterOfAPortedEvaluator_IsItsScore()
    {
        var evaluator = new EvaluatorReference("azure_multi_model_evaluator", "score_azure_response");
        var metric = new MetricConfig { Name = "latency_sec", IsLowerBetter = true, Evaluator = evaluator };
        var scored = Scored("""{"choices": [{"message": {"content": "x"}}], "latency_ms": 500}""");

        Assert.That(await ScoreAsync(metric, scored), Is.EqualTo(1), "It gives 1 for the fastest answers already.");
    }

    [Test]
    public void Custom_EvaluatorThrows_IsMissingAndSaysWhy() => Assert.That(
        async () => await ScoreAsync(
            new MetricConfig { Name = "m" }, Scored("\"x\""), (_, _, _) => throw new InvalidOperationException("no dictionary")),
        Throws.TypeOf<EvaluatorException>().With.Message.Contains("no dictionary"));

    [Test]
    public void Custom_NotANumber_IsMissing() => Assert.That(
        async () => await ScoreAsync(
            new MetricConfig { Name = "m" }, Scored("\"x\""), (_, _, _) => ValueTask.FromResult(double.NaN)),
        Throws.TypeOf<EvaluatorException>().With.Message.Contains("case-1"));

    [Test]
    public void Create_NoEvaluator_NamesMetricAndCure()
    {
        using var run = new RunFixture();
        Assert.That(
            async () => await ScorerFactory.CreateAsync(Config(new MetricConfig { Name = "quality" }), run.Services),
            Throws.TypeOf<EvaluatorException>()
                .With.Message.Contains("evaluation.metrics.quality").And.Message.Contains("custom_evaluator"));
    }

    private static async Task<double> ScoreAsync(MetricConfig metric, ScoredCall scored, CustomEvaluator? evaluator = null)
    {
        using var run = new RunFixture();
        await using var scorers = await ScorerFactory.CreateAsync(Config(metric), run.Services, evaluator);
        return await scorers.Metrics.Single().Scorer.ScoreAsync(scored, default);
    }

    private static OptimizationConfig Config(MetricConfig metric) => Configs.Of(new ApiConfig { Name = "local_x" }, metric);

    private static ScoredCall Scored(string answer, string expected = "{}", double milliseconds = 100, double? cost = 0)
    {
        var body = JsonNode.Parse(answer);
        return new ScoredCall(
            Configs.Case(expected: expected),
            [],
            new TargetAnswer(new ApiAnswer(200, body, null, TimeSpan.FromMilliseconds(milliseconds), 1), body, cost, IsReplayed: false));
    }
}
