using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Results.Files;

/// <summary>
/// <c>detailed_results.json</c>: a list of all configurations with their cases, in the original's form. A score that is missing is
/// null; one that failed has <c>error</c> and no <c>test_results</c>. Held-out cases are marked by <c>held_out</c>.
/// </summary>
internal static class DetailedResultsFile
{
    public static string Render(OptimizationResult result, bool withAnswers) =>
        ReadableJson.Of(new JsonArray([.. result.Configurations.Select(outcome => ToJson(outcome, withAnswers))])) + "\n";

    private static JsonObject ToJson(ConfigurationOutcome outcome, bool withAnswers)
    {
        var json = new JsonObject
        {
            ["config"] = outcome.Parameters.DeepClone(),
            ["score"] = outcome.Score,
            ["metrics"] = ToJson(outcome.Metrics),
            ["generation"] = outcome.Generation,
            ["timestamp"] = PythonTime.Of(outcome.Timestamp),
        };
        if (outcome.Error is { } error)
        {
            json["error"] = error;
        }
        else
        {
            json["test_results"] = new JsonArray([.. outcome.Cases.Select(result => ToJson(result, withAnswers))]);
        }

        return json;
    }

    private static JsonObject ToJson(CaseOutcome outcome, bool withAnswers)
    {
        var json = new JsonObject
        {
            ["test_case_id"] = outcome.TestCaseId,
            ["input"] = outcome.Input.DeepClone(),
            ["response_text"] = withAnswers ? outcome.ResponseText : "",
            ["response"] = withAnswers ? outcome.Response?.DeepClone() : null,
            ["score"] = outcome.Score,
            ["metrics"] = ToJson(outcome.Metrics),
            ["latency_ms"] = outcome.LatencyMilliseconds,
            ["cost_usd"] = outcome.CostUsd,
            ["success"] = outcome.IsSuccess,
            ["error"] = outcome.Error,
        };
        if (outcome.IsHeldOut)
        {
            json["held_out"] = true;
        }

        return json;
    }

    private static JsonObject ToJson(IEnumerable<KeyValuePair<string, double>> metrics) =>
        new(metrics.Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)JsonValue.Create(metric.Value))));
}
