using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>The words that something expected of an answer holds: a question keeps them as they are.</summary>
internal static partial class ProtectedWords
{
    public static ImmutableHashSet<string> Of(JsonObject expected) =>
        [.. Texts(expected).SelectMany(text => Word().Matches(text).Select(match => match.Value.ToLowerInvariant()))];

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => Texts(entry.Value).Prepend(entry.Key)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
