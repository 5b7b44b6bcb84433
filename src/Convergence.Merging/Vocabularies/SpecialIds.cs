using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>Ids of special tokens, moved from one vocabulary to another by their text.</summary>
/// <param name="from">The vocabulary in which the configuration counts.</param>
/// <param name="to">The output's.</param>
/// <param name="fallback">The configuration of the model whose tokenizer the output has, for tokens that the output lacks.</param>
internal sealed class SpecialIds(IReadOnlyDictionary<string, long> from, IReadOnlyDictionary<string, long> to, JsonObject fallback)
{
    private static readonly string[] ListKeys = ["suppress_tokens", "begin_suppress_tokens"];

    // Added tokens come last: one that was put over a spare piece goes before the piece's name.
    private readonly Dictionary<long, string> _tokens =
        from.GroupBy(pair => pair.Value).ToDictionary(group => group.Key, group => group.Last().Key);

    /// <summary>Moves every id of a <c>config.json</c> or <c>generation_config.json</c>.</summary>
    public void Map(JsonObject config)
    {
        foreach (var section in ConfigSections.Of(config).ToList())
        {
            foreach (var key in section.Select(pair => pair.Key)
                .Where(key => key.EndsWith("_token_id", StringComparison.Ordinal) || ListKeys.Contains(key))
                .ToList())
            {
                section[key] = Moved(section[key]) ?? fallback[key]?.DeepClone();
            }
        }
    }

    // A list keeps what the output has; null when nothing is left.
    private JsonNode? Moved(JsonNode? value) => value switch
    {
        JsonArray list when list.Select(Moved).OfType<JsonNode>().ToArray() is { Length: > 0 } kept => new JsonArray(kept),
        JsonValue when ConfigSections.WholeNumber(value) is { } id
            && _tokens.TryGetValue(id, out var token)
            && to.TryGetValue(token, out var moved) => (int)moved,
        _ => null,
    };
}
