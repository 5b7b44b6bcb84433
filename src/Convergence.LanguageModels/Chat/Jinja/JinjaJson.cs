using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>
/// The filter <c>tojson</c> as transformers has it: Python's <c>json.dumps</c> with letters as they are. (Jinja's own would escape for
/// HTML.)
/// </summary>
internal static class JinjaJson
{
    /// <summary>The JSON of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">Blanks of each level, or <see langword="null"/> for one line.</param>
    public static string Write(object? value, int? indent)
    {
        var json = new StringBuilder();
        Append(json, value, indent, 0);
        return json.ToString();
    }

    private static void Append(StringBuilder json, object? value, int? indent, int level)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        JinjaBudget.Spend();
        switch (value)
        {
            case JinjaMap { IsNamespace: true }: throw new LanguageModelException("a namespace cannot be written as JSON.");
            case null: json.Append("null"); break;
            case bool flag: json.Append(flag ? "true" : "false"); break;
            case long number: json.Append(number.ToString(CultureInfo.InvariantCulture)); break;
            case double number: json.Append(JinjaValue.NumberText(number)); break;
            case string text: AppendText(json, text); break;
            case List<object?> list: AppendAll(json, '[', ']', list, indent, level, item => Append(json, item, indent, level + 1)); break;
            case JinjaMap map:
                AppendAll(json, '{', '}', map, indent, level, entry =>
                {
                    AppendText(json, entry.Key);
                    json.Append(": ");
                    Append(json, entry.Value, indent, level + 1);
                });
                break;
            default: throw new LanguageModelException($"{JinjaValue.KindOf(value)} cannot be written as JSON.");
        }
    }

    private static void AppendAll<T>(
        StringBuilder json, char open, char close, IReadOnlyCollection<T> items, int? indent, int level, Action<T> append)
    {
        json.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            json.Append(isFirst ? "" : indent is null ? ", " : ",");
            BreakLine(json, indent, level + 1);
            append(item);
            isFirst = false;
        }

        if (!isFirst)
        {
            BreakLine(json, indent, level);
        }

        json.Append(close);
    }

    private static void BreakLine(StringBuilder json, int? indent, int level)
    {
        if (indent is { } width)
        {
            JinjaBudget.Spend(width * (long)level);
            json.Append('\n').Append(' ', width * level);
        }
    }

    private static void AppendText(StringBuilder json, string text)
    {
        JinjaBudget.Spend(text.Length);
        json.Append('"');
        foreach (var letter in text)
        {
            json.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => letter.ToString(),
            });
        }

        json.Append('"');
    }
}
