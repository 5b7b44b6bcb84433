using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>Values of JSON from outside, whose kind is not known.</summary>
internal static class JsonValues
{
    private static readonly JsonSerializerOptions AsTheyAre = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The value as JSON in one line, letters of all scripts as they are.</returns>
    public static string Plain(JsonNode? node) => node?.ToJsonString(AsTheyAre) ?? "null";

    /// <returns>The text; <see langword="null"/> for anything else.</returns>
    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <returns>The number, whichever type of C# it was made of; <see langword="null"/> for anything else.</returns>
    public static double? Number(JsonNode? node) =>
        node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number ? null
        : value.TryGetValue<double>(out var number) ? number
        : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    /// <returns>The whole number from 0; <see langword="null"/> for anything else.</returns>
    public static long? Count(JsonNode? node) =>
        Number(node) is { } number and >= 0 and < long.MaxValue && number == Math.Floor(number) ? (long)number : null;
}
