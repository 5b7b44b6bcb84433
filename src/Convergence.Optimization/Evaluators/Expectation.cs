using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>A test case's free <c>expected</c> map, read by key. A value of another kind than asked for counts as absent.</summary>
/// <param name="values">The map.</param>
public sealed class Expectation(JsonObject values)
{
    /// <summary>Expects nothing.</summary>
    public static Expectation None { get; } = new([]);

    /// <summary>Whatever stands at the key.</summary>
    public JsonNode? this[string key] => values[key];

    public double? Number(string key) => JsonValues.Number(values[key]);

    public double Number(string key, double absent) => Number(key) ?? absent;

    public string? Text(string key) => JsonValues.Text(values[key]);

    /// <summary>The texts of a list; a single text counts as a list of one.</summary>
    public ImmutableArray<string> Texts(string key) => values[key] switch
    {
        JsonArray list => [.. list.Select(JsonValues.Text).OfType<string>()],
        JsonValue => Text(key) is { } text ? [text] : [],
        _ => [],
    };

    public Expectation Section(string key) => values[key] is JsonObject section ? new Expectation(section) : None;

    public JsonObject? Map(string key) => values[key] as JsonObject;

    /// <summary>
    /// 1 for a count within two bounds, each of which may be absent; below, the share of the lower bound that it reaches;
    /// above, the share of it that the upper bound allows.
    /// </summary>
    public double ShareWithin(int count, string lowestKey, string highestKey) =>
        count < Number(lowestKey, 0) ? count / Number(lowestKey, 0)
        : count > Number(highestKey, double.PositiveInfinity) ? Number(highestKey, 0) / count
        : 1;

    /// <summary>The share of <c>contains</c> (or another list) that a text contains, letters of either case; 1 for an empty list.</summary>
    public double ShareContained(string text, string key = "contains")
    {
        var keywords = Texts(key);
        return keywords.IsEmpty
            ? 1
            : (double)keywords.Count(keyword => text.Contains(keyword, StringComparison.OrdinalIgnoreCase)) / keywords.Length;
    }
}
