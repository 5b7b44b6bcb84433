using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>
/// JSON as Python's <c>json.dumps(value, sort_keys=True)</c> writes it: keys by code point, <c>", "</c> and <c>": "</c> between, floats as
/// <c>repr()</c>, everything outside ASCII escaped.
/// </summary>
public static class PythonJson
{
    private static readonly PythonWriter Writer = new("null", "true", "false", sortsKeys: true, WriteQuoted);

    public static string Of(JsonNode? node) => Writer.Write(node);

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
