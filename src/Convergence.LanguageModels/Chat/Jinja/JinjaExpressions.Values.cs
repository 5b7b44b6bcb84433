using System.Globalization;

namespace Convergence.LanguageModels.Chat.Jinja;

// What an expression is made of: constants, names, lists and dictionaries.
internal sealed partial class JinjaExpressions
{
    private Func<JinjaScope, object?> ReadPrimary()
    {
        var token = reader.Take();
        switch (token.Kind)
        {
            case JinjaTokenKind.String: return Constant(ReadStrings(token.Text));
            case JinjaTokenKind.Integer when long.TryParse(token.Text, CultureInfo.InvariantCulture, out var whole): return Constant(whole);
            case JinjaTokenKind.Number when double.TryParse(token.Text, CultureInfo.InvariantCulture, out var number):
                return Constant(number);
            case JinjaTokenKind.Name: return ReadName(token.Text);
            case JinjaTokenKind.Symbol when token.Text == "[": return ListOf(ReadList("]"));
            case JinjaTokenKind.Symbol when token.Text == "{": return ReadMap();
            case JinjaTokenKind.Symbol when token.Text == "(": return ReadBrackets();
            default: throw JinjaLexer.Error(token.Line, $"'{token.Text}' stands where a value belongs.");
        }
    }

    // As in Python, strings side by side are one.
    private string ReadStrings(string text)
    {
        while (reader.Next.Kind == JinjaTokenKind.String)
        {
            text += reader.Take().Text;
        }

        return text;
    }

    private static Func<JinjaScope, object?> Constant(object? value) => _ => value;

    private static Func<JinjaScope, object?> ReadName(string name) => name switch
    {
        "true" or "True" => Constant(true),
        "false" or "False" => Constant(false),
        "none" or "None" => Constant(null),
        _ => scope => scope.Get(name),
    };

    private Func<JinjaScope, object?> ReadBrackets()
    {
        if (reader.TrySymbol(")"))
        {
            return _ => new List<object?>();
        }

        var first = Read();
        if (reader.TrySymbol(")"))
        {
            return first;
        }

        reader.Expect(",");
        return ListOf([first, .. ReadList(")")]);
    }

    private List<Func<JinjaScope, object?>> ReadList(string end)
    {
        var items = new List<Func<JinjaScope, object?>>();
        while (!reader.TrySymbol(end))
        {
            items.Add(Read());
            if (!reader.IsSymbol(end))
            {
                reader.Expect(",");
            }
        }

        return items;
    }

    private static Func<JinjaScope, object?> ListOf(List<Func<JinjaScope, object?>> items) => scope =>
        items.ConvertAll(item => item(scope));

    private Func<JinjaScope, object?> ReadMap()
    {
        var entries = new List<(Func<JinjaScope, object?> Key, Func<JinjaScope, object?> Value)>();
        while (!reader.TrySymbol("}"))
        {
            var key = Read();
            reader.Expect(":");
            entries.Add((key, Read()));
            if (!reader.IsSymbol("}"))
            {
                reader.Expect(",");
            }
        }

        return scope =>
        {
            var map = new JinjaMap();
            foreach (var (key, value) in entries)
            {
                map[JinjaValue.ToText(key(scope))] = value(scope);
            }

            return map;
        };
    }
}
