using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>
/// Whether an agent did what was expected: .3 tools called (<c>tools_called</c>) + .2 their arguments (<c>tool_sequence</c>)
/// + .3 their results (<c>result_validation.schema</c>, <c>data_checks</c>) + .2 words of the response (<c>keywords</c>).
/// What is not expected of it scores 1.
/// </summary>
internal static class AgentAccuracy
{
    public static double Of(JsonObject answer, Expectation expected)
    {
        var calls = (answer["tool_calls"] as JsonArray)?.OfType<JsonObject>().ToList() ?? [];
        return (.3 * Tools(calls, expected)) + (.2 * Arguments(calls, expected))
            + (.3 * Results(answer, expected)) + (.2 * Keywords(answer, expected));
    }

    /// <summary>What tools gave, the items of lists one by one.</summary>
    public static List<JsonNode?> ResultsOf(JsonObject answer) => answer["tool_results"] switch
    {
        JsonArray list => [.. list],
        null => [],
        var one => [one],
    };

    /// <summary>The share of required fields that the results' items have; <see langword="null"/> where none are required.</summary>
    public static double? RequiredFields(JsonObject answer, Expectation expected)
    {
        var required = expected.Section("result_validation").Section("schema").Section("items").Texts("required_fields");
        if (required.IsEmpty)
        {
            return null;
        }

        var items = ItemsOf(answer);
        return items.Count == 0 ? 0 : items.Average(item => (double)required.Count(item.ContainsKey) / required.Length);
    }

    private static double Tools(List<JsonObject> calls, Expectation expected)
    {
        var tools = expected.Texts("tools_called");
        return tools.IsEmpty ? 1 : (double)tools.Count(tool => calls.Exists(call => FunctionOf(call) == tool)) / tools.Length;
    }

    private static double Arguments(List<JsonObject> calls, Expectation expected)
    {
        var steps = (expected["tool_sequence"] as JsonArray)?.OfType<JsonObject>().ToList() ?? [];
        return steps.Count == 0 ? 1 : steps.Average(step =>
        {
            var ofTool = calls.Where(call => FunctionOf(call) == JsonValues.Text(step["tool"])).ToList();
            return ofTool.Count == 0 ? 0 : ofTool.Max(call => ShareOfArguments(call["arguments"], step["params"] as JsonObject ?? []));
        });
    }

    private static double ShareOfArguments(JsonNode? arguments, JsonObject expected)
    {
        var given = arguments as JsonObject ?? (JsonAnswer.TryRead(arguments, out var parsed) ? parsed as JsonObject : null) ?? [];
        return expected.Count == 0 ? 1 : (double)expected.Count(entry =>
            given.TryGetPropertyValue(entry.Key, out var value) && IsSame(value, entry.Value)) / expected.Count;
    }

    // Arguments come as texts now and then: "5" is 5.
    private static bool IsSame(JsonNode? value, JsonNode? expected) =>
        JsonNode.DeepEquals(value, expected)
        || (value is JsonValue && expected is JsonValue
            && string.Equals(value.ToString(), expected.ToString(), StringComparison.OrdinalIgnoreCase));

    private static double Results(JsonObject answer, Expectation expected)
    {
        var validation = expected.Section("result_validation");
        var parts = new List<double>();
        if (validation.Section("schema").Text("type") is { } type)
        {
            parts.Add(ResultsOf(answer).Count > 0 && IsOfType(answer, type) ? 1 : 0);
        }

        if (RequiredFields(answer, expected) is { } fields)
        {
            parts.Add(fields);
        }

        var checks = validation.Section("data_checks");
        if ((checks.Number("min_items") ?? checks.Number("min_count") ?? checks.Number("min_results")) is { } least)
        {
            parts.Add(least <= 0 ? 1 : Math.Min(1, ItemsOf(answer).Count / least));
        }

        if ((checks.Number("max_items") ?? checks.Number("max_count") ?? checks.Number("max_results")) is { } most)
        {
            parts.Add(ItemsOf(answer).Count <= most ? 1 : 0);
        }

        return parts.Count == 0 ? 1 : parts.Average();
    }

    private static double Keywords(JsonObject answer, Expectation expected)
    {
        var section = expected.Section("result_validation").Section("keywords");
        var keywords = section.Texts("required_in_response");
        if (keywords.IsEmpty)
        {
            return 1;
        }

        var text = JsonValues.Text(answer["final_response"]) ?? string.Empty;
        var found = keywords.Count(keyword => text.Contains(keyword, StringComparison.OrdinalIgnoreCase));
        return Math.Min(1, found / Math.Clamp(section.Number("min_matches", keywords.Length), 1, keywords.Length));
    }

    private static bool IsOfType(JsonObject answer, string type) => type switch
    {
        "array" or "list" => ResultsOf(answer).Exists(result => result is JsonArray) || ResultsOf(answer).Count > 1,
        "object" or "dict" => ResultsOf(answer).Exists(result => result is JsonObject),
        _ => true,
    };

    private static List<JsonObject> ItemsOf(JsonObject answer) =>
        [.. ResultsOf(answer).SelectMany(result => result is JsonArray list ? list.AsEnumerable() : [result]).OfType<JsonObject>()];

    private static string? FunctionOf(JsonObject call) =>
        JsonValues.Text(call["function"]) ?? JsonValues.Text((call["function"] as JsonObject)?["name"]) ?? JsonValues.Text(call["name"]);
}
