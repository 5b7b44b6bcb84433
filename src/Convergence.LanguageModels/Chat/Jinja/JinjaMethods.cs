namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>The methods of Python's strings, lists and dictionaries that templates call.</summary>
internal static class JinjaMethods
{
    /// <summary>A method of a value, or <see langword="null"/>.</summary>
    public static JinjaFunction? Find(object? value, string name) => value switch
    {
        string text => OfText(text, name),
        JinjaMap { IsNamespace: false } map => OfMap(map, name),
        List<object?> list => OfList(list, name),
        _ => null,
    };

    private static JinjaFunction? OfText(string text, string name) => name switch
    {
        "strip" => arguments => Strip(text, arguments, fromStart: true, fromEnd: true),
        "lstrip" => arguments => Strip(text, arguments, fromStart: true, fromEnd: false),
        "rstrip" => arguments => Strip(text, arguments, fromStart: false, fromEnd: true),
        "upper" => _ => text.ToUpperInvariant(),
        "lower" => _ => text.ToLowerInvariant(),
        "capitalize" => _ => JinjaFilters.Capitalize(text),
        "title" => _ => JinjaFilters.Title(text),
        "startswith" => arguments => Any(arguments.Require(0, "prefix"), part => text.StartsWith(part, StringComparison.Ordinal)),
        "endswith" => arguments => Any(arguments.Require(0, "suffix"), part => text.EndsWith(part, StringComparison.Ordinal)),
        "replace" => arguments => JinjaFilters.Replace(text, arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Get(2, "count")),
        "split" => arguments => Split(text, arguments, fromEnd: false),
        "rsplit" => arguments => Split(text, arguments, fromEnd: true),
        "splitlines" => _ =>
            text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n').Select(line => (object?)line).ToList(),
        "join" => arguments => JinjaFilters.Join(text, JinjaValue.Items(arguments.Require(0, "items"))),
        "find" => arguments => (long)text.IndexOf(arguments.Text(0, "part"), StringComparison.Ordinal),
        "count" => arguments => (long)(text.Split(arguments.Text(0, "part")).Length - 1),
        "isdigit" => _ => text.Length > 0 && text.All(char.IsDigit),
        _ => null,
    };

    private static JinjaFunction? OfMap(JinjaMap map, string name) => name switch
    {
        "items" => _ => map.Select(entry => (object?)new List<object?> { entry.Key, entry.Value }).ToList(),
        "keys" => _ => map.Keys.Cast<object?>().ToList(),
        "values" => _ => map.Values.ToList(),
        "get" => arguments =>
            arguments.Require(0, "key") is string key && map.TryGetValue(key, out var value) ? value : arguments.Get(1, "default"),
        _ => null,
    };

    private static JinjaFunction? OfList(List<object?> list, string name) => name switch
    {
        // As with transformers, there is none that changes a list.
        "index" => arguments => list.FindIndex(item => JinjaValue.AreEqual(item, arguments.Require(0, "item"))) is >= 0 and var at
            ? (long)at
            : throw new LanguageModelException("the item is not in the list."),
        _ => null,
    };

    private static bool Any(object? parts, Predicate<string> holds) => parts switch
    {
        string part => holds(part),
        List<object?> several => several.OfType<string>().Any(part => holds(part)),
        _ => throw new LanguageModelException("startswith and endswith take a string or several."),
    };

    private static string Strip(string text, JinjaArguments arguments, bool fromStart, bool fromEnd)
    {
        var letters = (arguments.Get(0, "chars") as string)?.ToCharArray();
        text = fromStart ? text.TrimStart(letters) : text;
        return fromEnd ? text.TrimEnd(letters) : text;
    }

    private static List<object?> Split(string text, JinjaArguments arguments, bool fromEnd)
    {
        var most = arguments.Get(1, "maxsplit") is long count && count >= 0 ? (int)Math.Min(count, int.MaxValue - 1) : int.MaxValue - 1;
        if (arguments.Get(0, "sep") is not string separator)
        {
            return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        }

        if (separator.Length == 0)
        {
            throw new LanguageModelException("the separator of split is empty.");
        }

        var parts = text.Split(separator);
        return parts.Length - 1 <= most ? [.. parts]
            : fromEnd ? [string.Join(separator, parts[..^most]), .. parts[^most..]]
            : [.. parts[..most], string.Join(separator, parts[most..])];
    }
}
