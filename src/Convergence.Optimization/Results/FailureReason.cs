using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Results;

/// <summary>Reasons of failures as sentences can hold them: where a provider's error is a JSON document, what it says.</summary>
internal static class FailureReason
{
    /// <returns>The reason with its document's message in the document's place; as it is where there is none.</returns>
    public static string Readable(string reason)
    {
        var start = reason.IndexOf('{', StringComparison.Ordinal);
        return start >= 0 && MessageIn(reason[start..]) is { } message ? reason[..start] + message : reason;
    }

    private static string? MessageIn(string document)
    {
        try
        {
            var map = JsonNode.Parse(document) as JsonObject;
            var inner = map?["error"] as JsonObject;
            return JsonValues.Text(inner?["message"]) ?? JsonValues.Text(map?["error"]) ?? JsonValues.Text(map?["message"])
                ?? JsonValues.Text(map?["detail"]);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // It is cut short, or names a key twice.
            return null;
        }
    }
}
