using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Convergence.Foundation.Yaml;

/// <summary>Values of a YAML file as JSON.</summary>
public static partial class YamlJson
{
    /// <summary>
    /// The value as JSON; <see langword="null"/> for none. What is written without quotes becomes a flag (<c>true</c>, <c>False</c>) or a
    /// number (also <c>.5</c>, <c>1.</c>, <c>+3</c>) and a text otherwise. A whole number stays one, and <c>2.0</c> keeps its point.
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

    /// <summary>JSON as if it had been written in a YAML file. It has no lines, so all stand in the first.</summary>
    public static YamlValue FromNode(JsonNode? node) => node switch
    {
        null => new YamlScalar(1, "null", IsPlain: true),
        JsonArray list => new YamlList(1, [.. list.Select(FromNode)]),
        JsonObject map => new YamlMap(
            1, [.. map.Select(entry => (new YamlScalar(1, entry.Key, IsPlain: false), FromNode(entry.Value)))]),
        _ when node.GetValueKind() == JsonValueKind.String => new YamlScalar(1, node.GetValue<string>(), IsPlain: false),
        _ => new YamlScalar(1, node.ToJsonString(), IsPlain: true),
    };

    private static JsonNode? Literal(string text)
    {
        if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            return text[0] is 't' or 'T';
        }

        if (!PlainNumber().IsMatch(text))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(AsJson(text)) as JsonValue;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // JSON wants digits on both sides of the point, and no plus in front.
    private static string AsJson(string number)
    {
        var unsigned = number.TrimStart('+', '-');
        var point = unsigned.IndexOf('.', StringComparison.Ordinal);
        var whole = point == 0 ? "0" + unsigned : unsigned;
        point = whole.IndexOf('.', StringComparison.Ordinal);
        var full = point >= 0 && (point == whole.Length - 1 || !char.IsAsciiDigit(whole[point + 1])) ? whole.Insert(point + 1, "0") : whole;
        return (number[0] == '-' ? "-" : "") + full;
    }

    [GeneratedRegex(@"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainNumber();
}
