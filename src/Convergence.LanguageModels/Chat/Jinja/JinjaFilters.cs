using System.Globalization;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>What may stand after a bar.</summary>
internal static class JinjaFilters
{
    /// <summary>Applies a filter.</summary>
    /// <exception cref="LanguageModelException">There is no such filter, or it does not fit the value.</exception>
    public static object? Apply(string name, object? value, JinjaArguments arguments) => name switch
    {
        "trim" => JinjaValue.ToText(value).Trim((arguments.Get(0, "chars") as string)?.ToCharArray()),
        "upper" => JinjaValue.ToText(value).ToUpperInvariant(),
        "lower" => JinjaValue.ToText(value).ToLowerInvariant(),
        "capitalize" => Capitalize(JinjaValue.ToText(value)),
        "title" => Title(JinjaValue.ToText(value)),
        "string" => JinjaValue.ToText(value),
        "safe" => value,
        "replace" => Replace(JinjaValue.ToText(value), arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Get(2, "count")),
        "indent" => Indent(JinjaValue.ToText(value), arguments),
        "tojson" => JinjaJson.Write(value, arguments.Get(0, "indent") is long width ? (int)Math.Clamp(width, 0, 64) : null),
        "length" or "count" => value is string text ? (long)text.Length : JinjaValue.Items(value).Count,
        "first" => First(JinjaValue.Items(value)),
        "last" => First([.. JinjaValue.Items(value).AsEnumerable().Reverse()]),
        "list" => new List<object?>(JinjaValue.Items(value)),
        "reverse" => value is string letters
            ? string.Concat(letters.Reverse())
            : JinjaValue.Items(value).AsEnumerable().Reverse().ToList(),
        "join" => Join(value, arguments),
        "default" or "d" => value is JinjaUndefined || (JinjaValue.IsTrue(arguments.Get(1, "boolean")) && !JinjaValue.IsTrue(value))
            ? arguments.Get(0, "default_value", "")
            : value,
        "items" => value is JinjaMap map ? JinjaMethods.Find(map, "items")!(arguments) : new List<object?>(),
        "dictsort" => Sort((List<object?>)Apply("items", value, arguments)!, pair => ((List<object?>)pair!)[0], isDescending: false),
        "sort" => Sort(JinjaValue.Items(value), Selector(arguments.Get(2, "attribute")), JinjaValue.IsTrue(arguments.Get(0, "reverse"))),
        "unique" => JinjaValue.Items(value).DistinctBy(JinjaValue.ToLiteral).ToList(),
        "map" => Map(JinjaValue.Items(value), arguments),
        "select" => Select(value, arguments, isByAttribute: false, keeps: true),
        "reject" => Select(value, arguments, isByAttribute: false, keeps: false),
        "selectattr" => Select(value, arguments, isByAttribute: true, keeps: true),
        "rejectattr" => Select(value, arguments, isByAttribute: true, keeps: false),
        "int" => ToWhole(value, arguments.Get(0, "default", 0L)),
        "float" => ToNumber(value) ?? 0.0,
        "abs" => value is long number ? (object)Math.Abs(number) : Math.Abs(ToNumber(value) ?? 0),
        "sum" => JinjaValue.Items(value).Aggregate((object?)0L, (sum, item) => JinjaOperators.Compute("+", sum, item)),
        "min" => JinjaValue.Items(value).Aggregate((least, item) => JinjaValue.Compare(item, least) < 0 ? item : least),
        "max" => JinjaValue.Items(value).Aggregate((most, item) => JinjaValue.Compare(item, most) > 0 ? item : most),
        "wordcount" => (long)JinjaValue.ToText(value).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
        _ => throw new LanguageModelException($"there is no filter '{name}' here."),
    };

    public static string Join(string separator, List<object?> items)
    {
        JinjaBudget.Spend(separator.Length * (long)items.Count);
        return string.Join(separator, items.Select(item => JinjaBudget.Pay(JinjaValue.ToText(item))));
    }

    public static string Capitalize(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Title(string text)
    {
        var letters = text.ToLowerInvariant().ToCharArray();
        for (var index = 0; index < letters.Length; index++)
        {
            letters[index] = index == 0 || !char.IsLetter(letters[index - 1]) ? char.ToUpperInvariant(letters[index]) : letters[index];
        }

        return new string(letters);
    }

    public static string Replace(string text, string old, string replacement, object? count)
    {
        if (old.Length == 0)
        {
            return text;
        }

        var most = count is long given && given >= 0 ? (int)Math.Min(given, int.MaxValue - 1) : int.MaxValue - 1;
        var parts = text.Split(old, most + 1);
        JinjaBudget.Spend(text.Length + ((parts.Length - 1L) * replacement.Length));
        return string.Join(replacement, parts);
    }

    private static object? First(List<object?> items) => items.Count > 0 ? items[0] : new JinjaUndefined("the first item");

    private static string Indent(string text, JinjaArguments arguments)
    {
        var prefix = arguments.Get(0, "width", 4L) is string given ? given
            : new string(' ', (int)Math.Clamp(JinjaOperators.Whole(arguments.Get(0, "width", 4L)), 0, 64));
        var isFirstToo = JinjaValue.IsTrue(arguments.Get(1, "first"));
        var areBlankToo = JinjaValue.IsTrue(arguments.Get(2, "blank"));
        JinjaBudget.Spend((text.AsSpan().Count('\n') + 1L) * prefix.Length);
        var lines = text.Split('\n').Select((line, index) =>
            (index == 0 && !isFirstToo) || (index > 0 && line.Length == 0 && !areBlankToo) ? line : prefix + line);
        return string.Join('\n', lines);
    }

    private static string Join(object? value, JinjaArguments arguments)
    {
        var select = Selector(arguments.Get(1, "attribute"));
        return Join(JinjaValue.ToText(arguments.Get(0, "d", "")), JinjaValue.Items(value).ConvertAll(item => select(item)));
    }

    private static Func<object?, object?> Selector(object? attribute) => attribute switch
    {
        null => item => item,
        string name => item => name.Split('.').Aggregate(item, (at, part) => JinjaOperators.Item(at, part)),
        _ => item => JinjaOperators.Item(item, attribute),
    };

    private static List<object?> Sort(List<object?> items, Func<object?, object?> key, bool isDescending)
    {
        var order = Comparer<object?>.Create((left, right) => JinjaValue.Compare(Folded(left), Folded(right)));
        return isDescending ? [.. items.OrderByDescending(key, order)] : [.. items.OrderBy(key, order)];
    }

    // Jinja sorts without regard to case unless it is told otherwise.
    private static object? Folded(object? value) => value is string text ? text.ToLowerInvariant() : value;

    private static List<object?> Map(List<object?> items, JinjaArguments arguments)
    {
        if (arguments.Named.TryGetValue("attribute", out var attribute))
        {
            var select = Selector(attribute);
            var fallback = arguments.Get(int.MaxValue, "default");
            return items.ConvertAll(item =>
                select(item) is var found && found is JinjaUndefined && fallback is not null ? fallback : found);
        }

        var rest = new JinjaArguments([.. arguments.Positional.Skip(1)], arguments.Named);
        var name = arguments.Text(0, "filter");
        return items.ConvertAll(item => Apply(name, item, rest));
    }

    private static List<object?> Select(object? value, JinjaArguments arguments, bool isByAttribute, bool keeps)
    {
        var select = Selector(isByAttribute ? arguments.Require(0, "attribute") : null);
        var testPlace = isByAttribute ? 1 : 0;
        var test = arguments.Get(testPlace, "test") as string;
        var rest = new JinjaArguments([.. arguments.Positional.Skip(testPlace + 1)], arguments.Named);
        return JinjaValue.Items(value).FindAll(item =>
            keeps == (test is null ? JinjaValue.IsTrue(select(item)) : JinjaTests.Holds(test, select(item), rest)));
    }

    private static object? ToWhole(object? value, object? fallback) => value switch
    {
        long number => number,
        bool flag => flag ? 1L : 0L,
        double number => (long)number,
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        string text when ToNumber(text) is { } number => (long)number,
        _ => fallback,
    };

    private static double? ToNumber(object? value) => value switch
    {
        string text => double.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => JinjaValue.AsNumber(value),
    };
}
