using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>
/// JSON as Python's <c>json.dumps(value, sort_keys=True)</c> writes it: keys by code point, <c>", "</c> and <c>": "</c> between, floats as
/// <c>repr()</c>, everything outside ASCII escaped.
/// </summary>
public static class PythonJson
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
            case null:
                text.Append("null");
                break;
            case JsonArray list:
                WriteAll('[', list, Write, ']', text);
                break;
            case JsonObject map:
                WriteAll('{', map.OrderBy(entry => entry.Key, CodePoints.Comparer), WriteEntry, '}', text);
                break;
            default:
                WriteValue(node.AsValue(), text);
                break;
        }
    }

    private static void WriteAll<T>(char open, IEnumerable<T> items, Action<T, StringBuilder> write, char close, StringBuilder text)
    {
        text.Append(open);
        var separator = "";
        foreach (var item in items)
        {
            text.Append(separator);
            write(item, text);
            separator = ", ";
        }

        text.Append(close);
    }

    private static void WriteEntry(KeyValuePair<string, JsonNode?> entry, StringBuilder text)
    {
        WriteQuoted(entry.Key, text);
        text.Append(": ");
        Write(entry.Value, text);
    }

    private static void WriteValue(JsonValue value, StringBuilder text)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                text.Append("true");
                break;
            case JsonValueKind.False:
                text.Append("false");
                break;
            case JsonValueKind.String:
                WriteQuoted(value.GetValue<string>(), text);
                break;
            default:
                text.Append(PythonText.Representation(value));
                break;
        }
    }

    private static void WriteQuoted(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                '\f' => text.Append(@"\f"),
                '\b' => text.Append(@"\b"),
                >= ' ' and < '\x7f' => text.Append(character),
                '\x7f' => text.Append(character),
                _ => text.Append(CultureInfo.InvariantCulture, $@"\u{(int)character:x4}"),
            };
        }

        text.Append('"');
    }
}
