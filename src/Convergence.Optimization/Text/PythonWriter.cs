using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>Writes JSON values as Python does, in one of its spellings: <c>json.dumps()</c> or <c>repr()</c>.</summary>
/// <param name="null">What stands for nothing.</param>
/// <param name="true">What stands for true.</param>
/// <param name="false">What stands for false.</param>
/// <param name="sortsKeys">Whether keys are sorted, by code point.</param>
/// <param name="writeQuoted">Writes a string in quotes.</param>
internal sealed class PythonWriter(string @null, string @true, string @false, bool sortsKeys, Action<string, StringBuilder> writeQuoted)
{
    public string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append(@null);
                break;
            case JsonArray list:
                WriteAll('[', list, Write, ']', text);
                break;
            case JsonObject map:
                var entries = sortsKeys ? map.OrderBy(entry => entry.Key, CodePoints.Comparer) : map.AsEnumerable();
                WriteAll('{', entries, WriteEntry, '}', text);
                break;
            default:
                WriteValue(node.AsValue(), text);
                break;
        }
    }

    private static void WriteAll<T>(char open, IEnumerable<T> items, Action<T, StringBuilder> write, char close, StringBuilder text)
    {
        text.Append(open);
        var separator = string.Empty;
        foreach (var item in items)
        {
            text.Append(separator);
            write(item, text);
            separator = ", ";
        }

        text.Append(close);
    }

    private void WriteEntry(KeyValuePair<string, JsonNode?> entry, StringBuilder text)
    {
        writeQuoted(entry.Key, text);
        text.Append(": ");
        Write(entry.Value, text);
    }

    private void WriteValue(JsonValue value, StringBuilder text)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                text.Append(@true);
                break;
            case JsonValueKind.False:
                text.Append(@false);
                break;
            case JsonValueKind.String:
                writeQuoted(value.GetValue<string>(), text);
                break;
            default:
                text.Append(NumberOf(value.ToJsonString()));
                break;
        }
    }

    // A number without point or exponent is an int there.
    private static string NumberOf(string written) => written.AsSpan().IndexOfAny('.', 'e', 'E') < 0
        ? written
        : PythonText.Of(double.Parse(written, CultureInfo.InvariantCulture));
}
