using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Foundation.Yaml;

/// <summary>Values of a YAML file as JSON.</summary>
public static class YamlJson
{
    /// <summary>
    /// The value as JSON; <see langword="null"/> for none. What is written without quotes becomes a flag (<c>true</c>, <c>false</c>) or a
    /// number where JSON writes it the same way, and a text otherwise.
    /// </summary>
    public static JsonNode? ToNode(YamlValue value) => value switch
    {
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true } scalar => Literal(scalar.Text) ?? JsonValue.Create(scalar.Text),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        YamlList list => new JsonArray([.. list.Items.Select(ToNode)]),
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToNode(entry.Value)))),
        _ => throw new ArgumentException($"{value.GetType()} is no value of YAML.", nameof(value)),
    };

    private static JsonNode? Literal(string text)
    {
        if (text is not ("true" or "false") && !char.IsAsciiDigit(text[^1]))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text) as JsonValue;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
