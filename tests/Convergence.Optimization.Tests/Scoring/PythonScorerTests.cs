using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Scoring.Python;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Tests.Targets;

namespace Convergence.Optimization.Tests.Scoring;

/// <summary>Evaluators in Python files beside the configuration, run by a real interpreter.</summary>
public sealed class PythonScorerTests
{
    private const string Original = """
        print("evaluators may print")

        def score(result, expected, params, metric=None):
            print("really")
            if metric == "temperature":
                return params["temperature"]
            return 0.25 if result["text"] == expected["answer"] and metric is None else 0.75
        """;

    [TestCase("accuracy", .25)]
    [TestCase("quality", .75)]
    [TestCase("temperature", .5)]
    public async Task Score_OriginalSignature_IsAskedByTheMetricsName(string metric, double score) =>
        Assert.That(await ScoreAsync(Original, metric), Is.EqualTo(score));

    [TestCase("def score(result, expected):\n    return 0.5", "m", .5)]
    [TestCase("def score(result, expected, params):\n    return params['temperature'] / 5", "m", .1)]
    [TestCase("def score(result, expected, params, metric=None, **more):\n    return 7", "m", 1)]
    [TestCase("async def score(result, expected, params, metric=None):\n    return 0.5", "m", .5)]
    [TestCase("def score(prediction, expected, context):\n    return {'m': context['params']['temperature'], 'n': 1}", "m", .5)]
    [TestCase("def score(prediction, expected, context=None):\n    return {'score': 0.3, 'n': 1}", "accuracy", .3)]
    [TestCase("def score(config, response, test_case):\n    return {'m': float(test_case['id'] == 'case-1')}", "m", 1)]
    [TestCase("class score:\n    def evaluate(self, result, expected, params, metric):\n        return 0.5", "m", .5)]
    public async Task Score_OtherSignature_IsCalledAsItAsks(string code, string metric, double score) =>
        Assert.That(await ScoreAsync(code, metric), Is.EqualTo(score).Within(1e-12));

    [TestCase("def score(result, expected, params, metric=None):\n    return {}['key']", "KeyError: 'key'", "mine.py, line 2")]
    [TestCase("def score(result, expected, params, metric=None):\n    return None", "returned None", "case-1")]
    [TestCase("def score(result, expected, params, metric=None):\n    return float('nan')", "no score", "case-1")]
    [TestCase("import os\ndef score(result, expected, params, metric=None):\n    os._exit(4)", "code 4", "case-1")]
    [TestCase("def score(prediction, expected):\n    return {'other': 1}", "no metric \"m\"", "other")]
    public void Score_EvaluatorFails_IsMissingAndSaysWhy(string code, string told, string where) => Assert.That(
        async () => await ScoreAsync(code, "m"),
        Throws.TypeOf<EvaluatorException>().With.Message.Contains(told).And.Message.Contains(where));

    [TestCase("import no_such_package\ndef score(result, expected, params):\n    return 1", "no_such_package")]
    [TestCase("def score(:\n", "SyntaxError")]
    [TestCase("def other(result, expected, params):\n    return 1", "it has: other")]
    [TestCase("raise SystemExit(2)", "SystemExit")]
    public void Create_EvaluatorCannotBeLoaded_IsSaidBeforeAnythingIsCalled(string code, string told) => Assert.That(
        async () => await ScoreAsync(code, "m"),
        Throws.TypeOf<EvaluatorException>().With.Message.Contains("mine.score").And.Message.Contains(told));

    [Test]
    public async Task Score_PathOfAFile_IsRunInPlaceOfThePort()
    {
        using var run = RunWithPython();
        await File.WriteAllTextAsync(
            Path.Combine(run.Directory, "groq_responses.py"),
            "def score_groq_response(result, expected, params, metric=None):\n    return 0.125");
        var byPath = new EvaluatorReference("groq_responses.py", "score_groq_response");

        Assert.That(await ScoreAsync(run, byPath, "m"), Is.EqualTo(.125));
        Assert.That(await ScoreAsync(run, byPath with { Module = "groq_responses" }, "m"), Is.Not.EqualTo(.125));
        Assert.That(run.Notes.Single(), Does.Contain("groq_responses.py").And.Contain("built in"));
    }

    [Test]
    public async Task Create_NoPython_NamesEvaluatorAndCure()
    {
        using var run = new RunFixture(null, ("PATH", "/nowhere"));
        await File.WriteAllTextAsync(Path.Combine(run.Directory, "mine.py"), "def score(result, expected):\n    return 1");

        Assert.That(
            async () => await ScoreAsync(run, new EvaluatorReference("mine", "score"), "m"),
            Throws.TypeOf<EvaluatorException>().With.Message.Contains("mine.score")
                .And.Message.Contains("no Python").And.Message.Contains(PythonInterpreter.Variable));
    }

    [Test]
    public void Create_FileOutsideOfTheFolder_IsRefused()
    {
        using var run = new RunFixture();

        Assert.That(
            async () => await ScoreAsync(run, new EvaluatorReference("../elsewhere.py", "score"), "m"),
            Throws.TypeOf<EvaluatorException>().With.Message.Contains("outside"));
    }

    private static async Task<double> ScoreAsync(string code, string metric)
    {
        using var run = RunWithPython();
        await File.WriteAllTextAsync(Path.Combine(run.Directory, "mine.py"), code);
        return await ScoreAsync(run, new EvaluatorReference("mine", "score"), metric);
    }

    private static async Task<double> ScoreAsync(RunFixture run, EvaluatorReference evaluator, string metric)
    {
        var config = Configs.Of(new ApiConfig { Name = "local_x" }, new MetricConfig { Name = metric, Evaluator = evaluator });
        await using var scorers = await ScorerFactory.CreateAsync(config with { Directory = run.Directory }, run.Services);
        var result = Configs.Map("""{"text": "Dakar"}""");
        return await scorers.Metrics.Single().Scorer.ScoreAsync(
            new ScoredCall(
                Configs.Case(expected: """{"answer": "Dakar"}"""),
                Configs.Map("""{"temperature": 0.5}"""),
                new TargetAnswer(new ApiAnswer(200, result, null, TimeSpan.Zero, 1), result, 0, IsReplayed: false)),
            default);
    }

    private static RunFixture RunWithPython()
    {
        if (PythonInterpreter.Find(Environment.GetEnvironmentVariable) is not { } python)
        {
            Assert.Ignore("Needs a Python interpreter on the PATH, since it runs evaluators written in Python.");
            return null!;
        }

        return new RunFixture(null, (PythonInterpreter.Variable, python));
    }
}
