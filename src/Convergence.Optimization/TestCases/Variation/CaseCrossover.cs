using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>
/// Two cases as one that asks for both. The original mixes the fields of inputs and expectations by chance, so that questions meet answers
/// of others; here a pair that cannot be asked together makes no case.
/// </summary>
internal static class CaseCrossover
{
    // What is expected of both together, where each alone expects it.
    private static readonly Dictionary<string, Func<JsonNode, JsonNode, JsonNode?>> Joins = new(StringComparer.Ordinal)
    {
        ["contains"] = Union,
        ["min_length"] = Larger,
        ["max_length"] = Sum,
        ["max_latency_ms"] = Sum,
        ["max_cost_usd"] = Sum,
        ["target_tokens"] = Sum,
        ["min_quality_score"] = Same,
        ["format"] = Same,
        ["language"] = Same,
    };

    // Without a limit of its own, one of the two may be answered at any length or price.
    private static readonly string[] UpperLimits = ["max_length", "max_latency_ms", "max_cost_usd", "target_tokens"];

    /// <returns><see langword="null"/> where the two cannot be asked together.</returns>
    public static TestCase? Of(TestCase left, TestCase right)
    {
        if (PromptFields.Only(left.Input) is not { } field || PromptFields.Only(right.Input) != field || !DifferOnlyIn(field, left, right)
            || IsAboutItself(field, left) || IsAboutItself(field, right) || Join(left.Expected, right.Expected) is not { } expected)
        {
            return null;
        }

        var input = (JsonObject)left.Input.DeepClone();
        input[field] = $"Do both of these.\n1. {left.Input[field]}\n2. {right.Input[field]}";
        return left with
        {
            Id = $"crossover_{left.Id}_{right.Id}",
            Description = $"{left.Id} and {right.Id} together",
            Input = input,
            Expected = expected,
            Original = left.Original ?? left.Id,
        };
    }

    private static bool IsAboutItself(string field, TestCase testCase) =>
        SelfReference.IsIn(JsonValues.Text(testCase.Input[field]) ?? string.Empty);

    private static bool DifferOnlyIn(string field, TestCase left, TestCase right)
    {
        var (ours, theirs) = (Without(field, left.Input), Without(field, right.Input));
        return JsonNode.DeepEquals(ours, theirs);
    }

    private static JsonObject Without(string field, JsonObject input)
    {
        var rest = (JsonObject)input.DeepClone();
        rest.Remove(field);
        return rest;
    }

    private static JsonObject? Join(JsonObject left, JsonObject right)
    {
        var joined = new JsonObject();
        foreach (var key in left.Select(entry => entry.Key).Union(right.Select(entry => entry.Key)))
        {
            var (ours, theirs) = (left[key], right[key]);
            if (!Joins.TryGetValue(key, out var join))
            {
                return null;
            }

            if ((ours is null || theirs is null) && UpperLimits.Contains(key))
            {
                continue;
            }

            if (ours is null || theirs is null ? key is "format" or "language" : join(ours, theirs) is null)
            {
                return null;
            }

            joined[key] = ours is null || theirs is null ? (ours ?? theirs)!.DeepClone() : join(ours, theirs);
        }

        return joined;
    }

    private static JsonArray? Union(JsonNode left, JsonNode right) => (left, right) is (JsonArray ours, JsonArray theirs)
        ? [.. ours.Concat(theirs).DistinctBy(node => node?.ToJsonString()).Select(node => node?.DeepClone())]
        : null;

    private static JsonNode? Larger(JsonNode left, JsonNode right) =>
        (JsonValues.Number(left), JsonValues.Number(right)) is ({ } ours, { } theirs) ? (ours >= theirs ? left : right).DeepClone() : null;

    private static JsonNode? Sum(JsonNode left, JsonNode right) =>
        JsonValues.Number(left) + JsonValues.Number(right) is { } sum ? JsonSerializer.SerializeToNode(sum) : null;

    // Lists and code of two questions are one list and one program no more.
    private static JsonNode? Same(JsonNode left, JsonNode right) =>
        JsonNode.DeepEquals(left, right) && JsonValues.Text(left) is not ("list" or "code" or "json") ? left.DeepClone() : null;
}
