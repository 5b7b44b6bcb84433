using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Storage.Legacy;

/// <summary>Values as the original's tables hold them: JSON and times as text, ids of a kind and 12 hexadecimal digits.</summary>
internal static class LegacyText
{
    public static string Json(JsonNode? node) => JsonValues.Plain(node);

    public static string Json(IEnumerable<KeyValuePair<string, double>> numbers) =>
        Json(new JsonObject(numbers.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))));

    /// <summary>As Python's <c>isoformat()</c> of a time in UTC without a zone, so that times sort as texts.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>An id that follows from what it names: <c>run_0123456789ab</c>.</summary>
    public static string Id(string kind, params IEnumerable<string> parts) =>
        $"{kind}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 6))}";

    /// <summary>Text of an answer: PostgreSQL keeps no zero characters.</summary>
    public static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    /// <returns>The object in a column; <see langword="null"/> where it holds anything else.</returns>
    public static JsonObject? TryObject(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
