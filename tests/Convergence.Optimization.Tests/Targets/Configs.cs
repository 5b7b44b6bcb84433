using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Tests.Targets;

/// <summary>Configurations as tests need them.</summary>
internal static class Configs
{
    public static OptimizationConfig Of(ApiConfig api, params ImmutableArray<MetricConfig> metrics) => new()
    {
        Api = api,
        SearchSpace = new SearchSpaceConfig(
            [new ParameterConfig { Name = "temperature", Kind = ParameterKind.Continuous, Min = 0, Max = 1 }]),
        Evaluation = new EvaluationConfig { TestCases = [Case()], Metrics = metrics.IsDefault ? [] : metrics },
        Optimization = new SearchConfig { RetryDelaySeconds = .001 },
        Source = "optimization.yaml",
        Directory = Path.GetTempPath(),
    };

    public static TestCase Case(
        string input = """{"prompt": "Capital of Senegal?"}""", string expected = "{}", string id = "case-1") => new()
        {
            Id = id,
            Input = Map(input),
            Expected = Map(expected),
        };

    public static JsonObject Map(string json) => (JsonObject)JsonNode.Parse(json)!;
}
