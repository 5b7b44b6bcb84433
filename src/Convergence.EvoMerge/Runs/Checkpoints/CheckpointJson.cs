using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>Says in a reader's words what is wrong with the JSON of a checkpoint's body.</summary>
internal static partial class CheckpointJson
{
    private const int ShownLength = 60;

    /// <summary>The first list with a null in it, which the serializer lets through; <see langword="null"/> when there is none.</summary>
    public static string? FindGap(JsonNode body) => Gaps(body, "").FirstOrDefault() is { } place ? $"{place} is null" : null;

    /// <summary>What stands at a place that could not be read.</summary>
    /// <param name="body">The body.</param>
    /// <param name="path">The serializer's path: <c>$.search.population[0].fitness</c>.</param>
    public static string Describe(JsonNode body, string? path)
    {
        var node = (JsonNode?)body;
        foreach (Match step in Steps().Matches(path ?? ""))
        {
            node = step.Groups["index"] is { Success: true } index
                ? (node as JsonArray)?.ElementAtOrDefault(int.Parse(index.ValueSpan, provider: null))
                : (node as JsonObject)?[step.Groups["name"].Value];
        }

        var place = path?.TrimStart('$', '.') is { Length: > 0 } field ? field : "its top";
        return node is JsonObject
            ? $"{place} lacks one of its fields"
            : $"{place} is {Shorten(node?.ToJsonString() ?? "null")}, which is not a value of this field";
    }

    private static IEnumerable<string> Gaps(JsonNode? node, string place) => node switch
    {
        JsonArray list => list.SelectMany((item, index) => item is null ? [$"{place}[{index}]"] : Gaps(item, $"{place}[{index}]")),
        JsonObject map => map.SelectMany(pair => Gaps(pair.Value, place.Length == 0 ? pair.Key : $"{place}.{pair.Key}")),
        _ => [],
    };

    private static string Shorten(string text) =>
        text.Length <= ShownLength ? text : string.Concat(text.AsSpan(0, ShownLength - 4), " ...");

    [GeneratedRegex(@"\.(?<name>\w+)|\[(?<index>[0-9]{1,9})\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Steps();
}
