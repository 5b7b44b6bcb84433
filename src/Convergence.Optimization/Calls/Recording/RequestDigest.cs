using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>The address of a call by its content: equal requests have equal digests, whatever the order of their keys.</summary>
internal static class RequestDigest
{
    /// <returns>SHA-256 in hexadecimal, of method, address, headers, body and repetition.</returns>
    public static string Of(ApiRequest request)
    {
        var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(request.Method.Method);
            writer.WriteStringValue(request.Endpoint.AbsoluteUri);
            foreach (var (name, value) in request.Headers)
            {
                writer.WriteStringValue(name.ToLowerInvariant());
                writer.WriteStringValue(value);
            }

            WriteSorted(request.Body, writer);
            writer.WriteNumberValue(request.Repetition);
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    private static void WriteSorted(JsonNode? node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    WriteSorted(value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    WriteSorted(item, writer);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
