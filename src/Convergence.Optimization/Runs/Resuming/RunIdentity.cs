using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Foundation.Text;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>
/// What makes a run the same run: everything on which its decisions hang, by section. How fast calls are made, how much may be spent, when
/// to stop and what is written may change from one process of a run to the next.
/// </summary>
internal static class RunIdentity
{
    /// <summary>The section that may change without a call: kept answers can be scored anew.</summary>
    public const string Scoring = "metrics";

    private const int HashLength = 16;

    /// <summary>A hash of each section.</summary>
    public static ImmutableSortedDictionary<string, string> Of(OptimizationConfig config) => new Dictionary<string, JsonNode>
    {
        ["api"] = Api(config),
        ["search_space"] = new JsonArray([.. config.SearchSpace.Parameters.Select(Parameter), .. Templates(config.SearchSpace)]),
        ["test_cases"] = new JsonArray([.. config.Evaluation.TestCases.Select(testCase =>
            new JsonArray(testCase.Id, testCase.Original, testCase.Input.DeepClone()))]),
        [Scoring] = Metrics(config.Evaluation),
        ["optimization"] = Search(config),
    }.ToImmutableSortedDictionary(section => section.Key, section => HashOf(section.Value.ToJsonString()), StringComparer.Ordinal);

    /// <summary><c>{api}_{unix seconds}_{8 hex digits}</c>.</summary>
    public static string RunIdOf(OptimizationConfig config, DateTimeOffset time)
    {
        var content = string.Join(' ', Of(config).Values.Append(time.UtcTicks.ToString(CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{config.Api.Name}_{time.ToUnixTimeSeconds()}_{HashOf(content)[..8]}");
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    private static JsonArray Api(OptimizationConfig config)
    {
        var api = config.Api;
        var models = api.Models.IsDefaultOrEmpty ? config.Agent?.Models ?? [] : api.Models;
        return
        [
            api.Name, EnumNames.Of(api.Adapter), api.Endpoint, api.MockMode, api.Request.Method.Method, api.Request.Defaults.DeepClone(),
            new JsonArray([.. models.Select(model => new JsonArray(model.Name, model.Endpoint))]),
            new JsonArray([.. api.Request.Headers.Select(header => new JsonArray(header.Key, header.Value))]),
            new JsonArray([.. api.Command.Select(word => JsonValue.Create(word))]),
        ];
    }

    private static IEnumerable<JsonNode> Templates(SearchSpaceConfig space) =>
        space.Templates.IsDefaultOrEmpty ? [] : space.Templates.Select(template => new JsonArray(template.Name, template.Text));

    private static JsonNode Parameter(ParameterConfig parameter) => new JsonArray(
        parameter.Name,
        EnumNames.Of(parameter.Kind),
        Values(parameter.Values),
        parameter.Min,
        parameter.Max,
        parameter.Step,
        parameter.IsLogarithmic,
        parameter.Condition is { } condition ? new JsonArray(condition.Parent, Values(condition.Values)) : null);

    private static JsonArray? Values(ImmutableArray<JsonNode?> values) =>
        values.IsDefault ? null : new JsonArray([.. values.Select(value => value?.DeepClone())]);

    private static JsonArray Metrics(EvaluationConfig evaluation) =>
    [
        new JsonArray([.. evaluation.Metrics.Select(metric => new JsonArray(
            metric.Name, EnumNames.Of(metric.Kind), metric.Weight, metric.IsLowerBetter, metric.Threshold, metric.BudgetPerCall,
            metric.Rubric, metric.Evaluator?.Name))]),
        evaluation.CustomEvaluator?.Name,
        evaluation.Judge is { } judge ? new JsonArray(judge.Endpoint, judge.Model, judge.Repeats, judge.SwapsPositions) : null,
        evaluation.Embedding is { } embedding ? new JsonArray(embedding.Endpoint, embedding.Model) : null,
        new JsonArray([.. evaluation.TestCases.Select(testCase => new JsonArray(testCase.Expected.DeepClone(), testCase.Weight))]),
    ];

    private static JsonArray Search(OptimizationConfig config)
    {
        var (search, evolution) = (config.Optimization, config.Optimization.Evolution);
        return
        [
            search.Algorithm, search.ExplorationRate, search.ConfidenceLevel, search.IsRacing, search.Seed,
            search.Baseline?.DeepClone(), Forecaster.GenerationSize(search), evolution.MutationRate, evolution.CrossoverRate,
            evolution.EliteSize, config.Evaluation.HoldOut, config.Evaluation.Repeats, config.Evaluation.IsPareto,
            config.Society.IsEnabled, config.Society.IsReasoning,
        ];
    }
}
