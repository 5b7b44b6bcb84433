using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage.Legacy;

/// <summary>
/// Tells configurations apart: equal for those that mean the same, whatever the order of their keys, and whether 2 is written 2.0.
/// </summary>
internal static class ConfigurationKey
{
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject map:
                text.Append('{');
                foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    text.Append(JsonValue.Create(key).ToJsonString()).Append(':');
                    Write(value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray list:
                text.Append('[');
                foreach (var item in list)
                {
                    Write(item, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                text.Append(CultureInfo.InvariantCulture, $"{double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture):R}");
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
