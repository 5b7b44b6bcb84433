using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>
/// What values mean: null is None; bool, long, double and string are Python's; lists are <see cref="List{T}"/> of values, dictionaries
/// <see cref="JinjaMap"/>. A tuple is a list, and so is written with square brackets.
/// </summary>
internal static class JinjaValue
{
    public static bool IsTrue(object? value) => value switch
    {
        null or JinjaUndefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        ICollection collection => collection.Count > 0,
        _ => true,
    };

    /// <summary>As Python's <c>str</c> writes it.</summary>
    public static string ToText(object? value) => value switch
    {
        JinjaUndefined => "",
        string text => text,
        _ => ToLiteral(value),
    };

    /// <summary>As Python's <c>repr</c> writes it.</summary>
    public static string ToLiteral(object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        JinjaBudget.Spend();
        switch (value)
        {
            case null: return "None";
            case JinjaUndefined: return "Undefined";
            case bool flag: return flag ? "True" : "False";
            case long number: return number.ToString(CultureInfo.InvariantCulture);
            case double number: return NumberText(number);
            case string text: return JinjaBudget.Pay(Quote(text));
            case List<object?> list: return JinjaBudget.Pay($"[{string.Join(", ", list.Select(ToLiteral))}]");
            case JinjaMap { IsNamespace: true }: return "<Namespace>";
            case JinjaMap map:
                return JinjaBudget.Pay(
                    $"{{{string.Join(", ", map.Select(entry => $"{Quote(entry.Key)}: {ToLiteral(entry.Value)}"))}}}");
            default: throw new LanguageModelException("a function cannot be written as text.");
        }
    }

    /// <summary>A number as Python and JSON write it: 1.0, not 1.</summary>
    public static string NumberText(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return double.IsFinite(number) && text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text;
    }

    public static bool AreEqual(object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        JinjaBudget.Spend(JinjaBudget.CallCost);
        return HaveEqualContent(left, right);
    }

    /// <exception cref="LanguageModelException">The two have no order.</exception>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        _ when AsNumber(left) is { } a && AsNumber(right) is { } b => a.CompareTo(b),
        _ => throw new LanguageModelException($"{KindOf(left)} and {KindOf(right)} have no order."),
    };

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part ? text.Contains(part, StringComparison.Ordinal)
            : throw new LanguageModelException("only a string can be in a string."),
        List<object?> list => list.Exists(entry => AreEqual(entry, item)),
        JinjaMap map => item is string key && map.ContainsKey(key),
        JinjaUndefined => false,
        _ => throw new LanguageModelException($"nothing can be in {KindOf(container)}."),
    };

    /// <summary>The items of a value that a loop can go over: of a dictionary its keys, of a string its characters.</summary>
    public static List<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        JinjaMap map => [.. map.Keys],
        string text => [.. JinjaBudget.Pay(text).EnumerateRunes().Select(rune => rune.ToString())],
        JinjaUndefined => [],
        _ => throw new LanguageModelException($"{KindOf(value)} has no items to go over."),
    };

    public static double? AsNumber(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        double number => number,
        _ => null,
    };

    /// <summary>What error messages call a value.</summary>
    public static string KindOf(object? value) => value switch
    {
        null => "None",
        JinjaUndefined undefined => $"'{undefined.Name}', which is undefined,",
        bool => "a boolean",
        long or double => "a number",
        string => "a string",
        List<object?> => "a list",
        JinjaMap => "a dictionary",
        _ => "a function",
    };

    private static bool HaveEqualContent(object? left, object? right) => (left, right) switch
    {
        (JinjaMap { IsNamespace: true }, _) => ReferenceEquals(left, right),
        (null, null) => true,
        (JinjaUndefined, JinjaUndefined) => true,
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second)),
        (JinjaMap a, JinjaMap b) =>
            a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && AreEqual(entry.Value, other)),
        (string a, string b) => a == b,
        _ when AsNumber(left) is { } a && AsNumber(right) is { } b => a.Equals(b),
        _ => ReferenceEquals(left, right),
    };

    private static string Quote(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                _ when letter == quote => "\\" + letter,
                _ => letter.ToString(),
            });
        }

        return quoted.Append(quote).ToString();
    }
}
