using Convergence.Foundation.Configuration;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class RunReadinessTests
{
    private sealed class Secrets(params string[] names) : ISecrets
    {
        public string? Find(string name) => names.Contains(name) ? "secret of " + name : null;
    }

    private static string Api(string auth, string endpoint = "http://localhost/x") =>
        $"api: {{name: my_api, endpoint: \"{endpoint}\", auth: {auth}}}";

    [Test]
    public void Problems_NoAuthorization_AreNone() => Assert.That(RunReadiness.Problems(Read(), new Secrets()), Is.Empty);

    [TestCase("MY_TOKEN")]
    [TestCase("MY_API_API_KEY")]
    [TestCase("MY_API_KEY")]
    [TestCase("MY_KEY")]
    public void Problems_TokenIsSetUnderItsNameOrAFallback_AreNone(string set) =>
        Assert.That(RunReadiness.Problems(Read(api: Api("{type: bearer, token_env: MY_TOKEN}")), new Secrets(set)), Is.Empty);

    [Test]
    public void Problems_TokenIsNotSet_NameAllItsNamesAndTheCure() =>
        Assert.That(
            RunReadiness.Problems(Read(api: Api("{type: bearer, token_env: MY_TOKEN}")), new Secrets()).Single(),
            Does.StartWith("api.auth.token_env: MY_TOKEN is not set (nor MY_API_API_KEY, ")
                .And.Contain("export MY_TOKEN=").And.Contain(".env"));

    [Test]
    public void FindToken_SeveralAreSet_TakesTheNamedOne() =>
        Assert.That(
            new Secrets("MY_KEY", "MY_TOKEN").FindToken(Read(api: Api("{type: bearer, token_env: MY_TOKEN}")).Api.Auth),
            Is.EqualTo("secret of MY_TOKEN"));

    [Test]
    public void Problems_Placeholder_IsOneUnlessNothingIsCalled()
    {
        const string Endpoint = "https://your-resource.openai.azure.com/x";
        Assert.That(
            RunReadiness.Problems(Read(api: Api("{type: none}", Endpoint)), new Secrets()).Single(), Does.StartWith("api.endpoint: "));
        var mocked = $"api: {{name: a, endpoint: \"{Endpoint}\", mock_mode: true}}";
        Assert.That(RunReadiness.Problems(Read(api: mocked), new Secrets()), Is.Empty);
    }

    [TestCase("{quality: {type: llm_judge}}", "evaluation.judge: missing")]
    [TestCase("{quality: {type: llm_judge, weight: 0}, length: {type: text_quality, weight: 1}}", "evaluation.judge: missing")]
    [TestCase("{sparkle: {type: higher_is_better}}", "evaluation.metrics.sparkle: nothing scores it")]
    public void Problems_MetricThatNothingScores_NamesTheCure(string metrics, string problem) =>
        Assert.That(
            RunReadiness.Problems(Read(evaluation: $"evaluation: {{test_cases: [{{input: hi}}], metrics: {metrics}}}"), new Secrets()),
            Has.Exactly(1).StartsWith(problem));

    [Test]
    public void Problems_JudgeThatIsNotGiven_IsTheModelUnderTestWhereItChats()
    {
        var config = Read(
            api: Api("{type: bearer, token_env: OPENAI_API_KEY}", "https://api.openai.com/v1/chat/completions"),
            space: "search_space: {parameters: {model: [gpt-4o-mini, gpt-4o], temperature: [0.3, 0.5]}}",
            evaluation: "evaluation: {test_cases: [{input: hi}], metrics: {quality: {type: llm_judge}}}");

        Assert.Multiple(() =>
        {
            Assert.That(config.Evaluation.Judge!.Model, Is.EqualTo("gpt-4o-mini"));
            Assert.That(config.FindingsAbout("evaluation.metrics.quality").Single(), Does.Contain("kind to its own answers"));
            Assert.That(RunReadiness.Problems(config, new Secrets()), Has.Length.EqualTo(1).And.Exactly(1).Contains("OPENAI_API_KEY"));
        });
    }

    [Test]
    public async Task Forecast_WithoutAJudge_IsMadeAndKnowsNoPrice()
    {
        var config = Read(
            api: Api("{type: none}", "https://api.example.com/v1/chat"),
            evaluation: "evaluation: {test_cases: [{input: hi}], metrics: {quality: {type: llm_judge}}}");

        var forecast = await PreparedRun.ForecastAsync(config, new RunOptions());

        Assert.That(forecast.Calls.Most, Is.Positive);
        Assert.That(forecast.Dollars, Is.Null);
        Assert.That(config.FindingsAbout("evaluation.metrics.quality").Single(), Does.Contain("a run will not begin"));
    }

    [Test]
    public void Problems_TextsWithoutAModelThatEmbeds_AreComparedByTheirWords()
    {
        var config = Read(evaluation: "evaluation: {test_cases: [{input: hi}], metrics: {relevance: {type: cosine_similarity}}}");

        Assert.That(RunReadiness.Problems(config, new Secrets()), Is.Empty);
        Assert.That(config.FindingsAbout("evaluation.metrics.relevance").Single(), Does.Contain("by their words"));
    }

    [Test]
    public void Problems_EvaluatorsFileIsNotThere_NamesIt() => Assert.That(
        RunReadiness.Problems(
            Read(evaluation: "evaluation: {test_cases: [{input: hi}], custom_evaluator: {module: no_such.py, function: score}, "
                + "metrics: {sparkle: 1}}"),
            new Secrets()),
        Has.Exactly(1).StartsWith("evaluation.custom_evaluator: ").And.Exactly(1).Contains("no_such.py does not exist"));

    [Test]
    public void Problems_EvaluatorIsGivenByTheProgram_AreNone() =>
        Assert.That(
            RunReadiness.Problems(
                Read(evaluation: "evaluation: {test_cases: [{input: hi}], metrics: {sparkle: 1}}"), new Secrets(), hasEvaluator: true),
            Is.Empty);

    [Test]
    public void Problems_JudgesKeyIsMissing_NamesIt() =>
        Assert.That(
            RunReadiness.Problems(
                Read(evaluation: "evaluation: {test_cases: [{input: hi}], metrics: {q: {type: llm_judge}}, judge: {model: gpt-4o}}"),
                new Secrets()),
            Has.Exactly(1).Contains("OPENAI_API_KEY is not set"));

    [Test]
    public void Require_Problems_AreThrown() =>
        Assert.That(
            () => RunReadiness.Require(Read(api: Api("{type: bearer, token_env: MY_TOKEN}")), new Secrets()),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("job.yaml: "));
}
