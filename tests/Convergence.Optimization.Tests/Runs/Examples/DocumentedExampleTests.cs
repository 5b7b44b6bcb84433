using System.Collections.Immutable;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Tests.Calls;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Runs.Examples;

/// <summary>The configurations that the original's documents show run as they stand there, against a server on this machine.</summary>
public sealed class DocumentedExampleTests
{
    private const string Chat = """
        api:
          name: "openai_chat"
          endpoint: "https://api.openai.com/v1/chat/completions"
          auth:
            type: "bearer"
            token_env: "OPENAI_API_KEY"
        search_space:
          parameters:
            model: ["gpt-4o-mini", "gpt-4o"]
            temperature: [0.3, 0.5, 0.7, 0.9]
            max_tokens: [500, 1000, 2000]
        evaluation:
          test_cases:
            path: "test_cases.json"
          metrics:
            quality: {weight: 0.6, type: "llm_judge"}
            latency_ms: {weight: 0.3}
            cost_usd: {weight: 0.1}
        """;

    private const string Enrichment = """
        api:
          name: "context_enrichment"
          endpoint: "http://backend:8000/api/enrich"
          mock_mode: false
        search_space:
          parameters:
            threshold: {type: float, min: 0.1, max: 0.5}
            limit: {type: int, min: 5, max: 20}
            content_types:
              type: categorical
              choices: [["crystal"], ["crystal", "note"], ["crystal", "note", "conversation"]]
        evaluation:
          test_cases:
            path: "./test_cases.json"
          metrics:
            relevance: {weight: 0.6, type: "cosine_similarity"}
            diversity: {weight: 0.3, type: "diversity_score"}
            latency: {weight: 0.1, type: "latency_penalty"}
        optimization:
          evolution: {generations: 2, population_size: 4}
        """;

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Chat_JudgedByNobodyElse_IsJudgedByTheModelUnderTest()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, """
            {"choices": [{"message": {"content": "{\"reason\": \"it fits\", \"score\": 8, \"better\": \"tie\"}"}}],
             "usage": {"prompt_tokens": 20, "completion_tokens": 10}}
            """));

        var result = await RunAsync(Chat, new Uri(server.Address, "v1/chat/completions"), """[{"id": "a", "input": {"prompt": "hi"}}]""");

        Assert.That(result.Error, Is.Null);
        Assert.That(result.Details!.Best!.Metrics.Keys, Is.EquivalentTo((string[])["quality", "latency_ms", "cost_usd"]));
        Assert.That(result.Details.Best.Metrics["quality"], Is.InRange(.7, .9));
    }

    [Test]
    public async Task Enrichment_WithoutAModelThatEmbeds_ComparesWords()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
            LoopbackServer.Json(context, """{"text": "notes about the crystal"}"""));

        var result = await RunAsync(
            Enrichment, server.Address, """[{"id": "a", "input": {"query": "crystal"}, "expected": {"text": "about the crystal"}}]""");

        Assert.That(result.Error, Is.Null);
        Assert.That(result.Details!.Best!.Metrics["relevance"], Is.InRange(.5, 1));
        Assert.That(result.Details.Notes, Has.Some.Contains("by their words"));
    }

    // As it stands, but for the address and what tells a quick test from a search.
    private async Task<OptimizationRunResult> RunAsync(string yaml, Uri address, string cases)
    {
        await File.WriteAllTextAsync(_directory.Combine("test_cases.json"), $$"""{"test_cases": {{cases}}}""");
        await File.WriteAllTextAsync(_directory.Combine(".env"), "OPENAI_API_KEY=sk-of-this-test\n");
        var overrides = new Dictionary<string, string>
        {
            ["api.endpoint"] = address.AbsoluteUri,
            ["optimization.evolution.population_size"] = "3",
            ["optimization.evolution.generations"] = "2",
        };
        var config = OptimizationConfigReader.Parse(
            yaml, "optimization.yaml", _directory.Path, new ReaderOptions { Overrides = overrides.ToImmutableSortedDictionary() });
        var forecast = await PreparedRun.ForecastAsync(config, new RunOptions());
        Assert.That(forecast.Calls.Most, Is.Positive);
        return await Run.OptimizeAsync(config);
    }
}
