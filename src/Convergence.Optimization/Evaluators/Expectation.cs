using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Evaluators;

/// <summary>A test case's free <c>expected</c> map, read by key. A value of another kind than asked for counts as absent.</summary>
/// <param name="values">The map.</param>
public sealed class Expectation(JsonObject values)
{
    /// <summary>Expects nothing.</summary>
    public static Expectation None { get; } = new([]);

    /// <summary>Whatever stands at the key.</summary>
    public JsonNode? this[string key] => values[key];

    public double? Number(string key) =>
        values[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;

    public double Number(string key, double absent) => Number(key) ?? absent;

    public string? Text(string key) =>
        values[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The texts of a list; a single text counts as a list of one.</summary>
    public ImmutableArray<string> Texts(string key) => values[key] switch
    {
        JsonArray list => [.. list.OfType<JsonValue>().Where(item => item.GetValueKind() == JsonValueKind.String).Select(item => item.GetValue<string>())],
        JsonValue => Text(key) is { } text ? [text] : [],
        _ => [],
    };

    public Expectation Section(string key) => values[key] is JsonObject section ? new Expectation(section) : None;

    public JsonObject? Map(string key) => values[key] as JsonObject;

    /// <summary>The share of <c>contains</c> (or another list) that a text contains, letters of either case; 1 for an empty list.</summary>
    public double ShareContained(string text, string key = "contains")
    {
        var keywords = Texts(key);
        return keywords.IsEmpty
            ? 1
            : (double)keywords.Count(keyword => text.Contains(keyword, StringComparison.OrdinalIgnoreCase)) / keywords.Length;
    }
}
