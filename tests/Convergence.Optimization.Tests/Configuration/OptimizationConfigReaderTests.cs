using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class OptimizationConfigReaderTests
{
    /// <summary>The example of the SDK's guide, as a dictionary.</summary>
    private const string SdkExample = """
        {
          "api": {"name": "my_api", "endpoint": "https://api.example.com/v1/chat",
            "request": {"method": "POST", "headers": {"Content-Type": "application/json"}, "timeout_seconds": 30},
            "auth": {"type": "bearer", "token_env": "API_KEY"}},
          "search_space": {"parameters": {
            "temperature": {"type": "float", "min": 0.1, "max": 1.5}, "max_tokens": {"type": "int", "min": 100, "max": 2000},
            "content_types": {"type": "categorical", "choices": [["crystal"], ["crystal", "note"]]}}},
          "evaluation": {
            "test_cases": {"inline": [{"id": "test_1", "input": {"prompt": "Write a short story"}, "expected": {"min_length": 100}}]},
            "metrics": {"quality": {"weight": 0.7, "type": "llm_judge"}, "cost": {"weight": 0.3, "type": "cost_normalized"}}},
          "optimization": {"evolution": {"generations": 5, "population_size": 10}}
        }
        """;

    [Test]
    public void Parse_Minimal_HasDefaults()
    {
        var config = Read();
        Assert.Multiple(() =>
        {
            Assert.That(config.Findings, Is.Empty);
            Assert.That(config.Api.Auth.Type, Is.EqualTo(AuthKind.None));
            Assert.That(config.Optimization, Is.EqualTo(new SearchConfig()));
            Assert.That(config.Evaluation.TestCases.Single().Id, Is.EqualTo("a"));
            Assert.That(config.Evaluation.HoldOut, Is.Zero);
            Assert.That(config.Output.SavePath, Is.EqualTo(Path.Combine(config.Directory, "results", "optimization_run")));
        });
    }

    [Test]
    public void FromDictionary_ExampleOfTheSdk_IsRead()
    {
        var config = OptimizationConfigReader.FromDictionary((JsonObject)JsonNode.Parse(SdkExample)!);
        Assert.Multiple(() =>
        {
            Assert.That(config.SearchSpace.Parameters.Select(parameter => parameter.Kind), Is.EqualTo(new[]
            {
                ParameterKind.Continuous, ParameterKind.Discrete, ParameterKind.Categorical,
            }));
            Assert.That(config.SearchSpace.Parameters[2].Values[1]!.ToJsonString(), Is.EqualTo("[\"crystal\",\"note\"]"));
            Assert.That(config.Evaluation.Metrics.Select(metric => metric.Kind), Is.EqualTo(new[] { MetricKind.LlmJudge, MetricKind.Cost }));
            Assert.That(config.Optimization.Evolution.Generations, Is.EqualTo(5));
            Assert.That(config.Api.Auth.TokenEnvironment, Is.EqualTo("API_KEY"));
        });
    }
}
