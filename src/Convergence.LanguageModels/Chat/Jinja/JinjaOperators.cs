namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>Arithmetic, members and slices as Python has them.</summary>
internal static class JinjaOperators
{
    public static object? Compute(string symbol, object? left, object? right) => (symbol, left, right) switch
    {
        ("+", string a, string b) => Concatenate(a, b),
        ("+", List<object?> a, List<object?> b) => Concatenate(a, b),
        ("*", string a, long b) => Repeat(a, b),
        ("*", long a, string b) => Repeat(b, a),
        ("~", _, _) => Concatenate(JinjaValue.ToText(left), JinjaValue.ToText(right)),
        ("/", long a, long b) => OfNumbers("/", a, b),
        (_, long a, long b) => OfWhole(symbol, a, b),
        _ when JinjaValue.AsNumber(left) is { } a && JinjaValue.AsNumber(right) is { } b => OfNumbers(symbol, a, b),
        _ => throw new LanguageModelException(
            $"'{symbol}' does not work between {JinjaValue.KindOf(left)} and {JinjaValue.KindOf(right)}."),
    };

    public static object? Negate(object? value) => value switch
    {
        // Boxed one by one: the two together would both be float64.
        long number => (object)-number,
        double number => -number,
        _ => throw new LanguageModelException($"{JinjaValue.KindOf(value)} has no negative."),
    };

    /// <summary><c>value.name</c>: a method, or else the entry of that name.</summary>
    public static object? Member(object? value, string name) => value switch
    {
        JinjaUndefined or null => throw new LanguageModelException($"{JinjaValue.KindOf(value)} has no '{name}'."),
        JinjaMap map when map.IsNamespace || JinjaMethods.Find(value, name) is null =>
            map.GetValueOrDefault(name, new JinjaUndefined(name)),
        _ => MethodOf(value, name),
    };

    /// <summary><c>value[index]</c>: an entry, or else a method.</summary>
    public static object? Item(object? value, object? index) => (value, index) switch
    {
        (JinjaUndefined or null, _) => throw new LanguageModelException($"{JinjaValue.KindOf(value)} has no items."),
        (JinjaMap map, string key) => map.TryGetValue(key, out var entry) ? entry : MethodOf(value, key),
        (List<object?> list, long place) => At(list.Count, place) is { } at ? list[at] : new JinjaUndefined("the item"),
        (string text, long place) => At(text.Length, place) is { } at ? text[at].ToString() : new JinjaUndefined("the letter"),
        (_, string name) => MethodOf(value, name),
        _ => new JinjaUndefined("the item"),
    };

    /// <summary><c>value[start:stop:step]</c>, each of which may be missing.</summary>
    public static object? Slice(object? value, object? start, object? stop, object? step)
    {
        var items = value is string letters ? [.. letters.Select(letter => (object?)letter.ToString())] : JinjaValue.Items(value);
        var stride = step is null ? 1 : Whole(step);
        if (stride == 0)
        {
            throw new LanguageModelException("the step of a slice is 0.");
        }

        JinjaBudget.Spend(items.Count);
        var taken = new List<object?>();
        var count = items.Count;
        var (least, most) = stride > 0 ? (0L, (long)count) : (-1L, count - 1L);
        long Bound(object? bound, long missing) =>
            bound is null ? missing : Math.Clamp(Whole(bound) < 0 ? Whole(bound) + count : Whole(bound), least, most);
        var (from, to) = (Bound(start, stride > 0 ? 0 : count - 1), Bound(stop, stride > 0 ? count : -1));
        for (var place = from; stride > 0 ? place < to : place > to; place += stride)
        {
            taken.Add(items[(int)place]);
        }

        return value is string ? string.Concat(taken) : taken;
    }

    public static long Whole(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw new LanguageModelException($"{JinjaValue.KindOf(value)} is no whole number."),
    };

    private static object MethodOf(object? value, string name) =>
        JinjaMethods.Find(value, name) is { } method ? method : new JinjaUndefined(name);

    private static int? At(int count, long place)
    {
        var at = place < 0 ? place + count : place;
        return at >= 0 && at < count ? (int)at : null;
    }

    private static string Concatenate(string left, string right)
    {
        JinjaBudget.Spend(left.Length + (long)right.Length);
        return left + right;
    }

    private static List<object?> Concatenate(List<object?> left, List<object?> right)
    {
        JinjaBudget.Spend(left.Count + right.Count);
        return [.. left, .. right];
    }

    private static string Repeat(string text, long count)
    {
        if (text.Length == 0 || count <= 0)
        {
            return "";
        }

        JinjaBudget.Spend(count > int.MaxValue ? long.MaxValue : count * text.Length);
        return string.Concat(Enumerable.Repeat(text, (int)count));
    }

    private static long OfWhole(string symbol, long left, long right) => symbol switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "//" when right != 0 => (long)Math.Floor((double)left / right),
        "%" when right != 0 => ((left % right) + right) % right,
        "**" when right >= 0 => (long)Math.Pow(left, right),
        _ => throw new LanguageModelException($"{left} {symbol} {right} has no value."),
    };

    private static double OfNumbers(string symbol, double left, double right) => symbol switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" when right != 0 => left / right,
        "//" when right != 0 => Math.Floor(left / right),
        "%" when right != 0 => left - (right * Math.Floor(left / right)),
        "**" => Math.Pow(left, right),
        _ => throw new LanguageModelException($"{left} {symbol} {right} has no value."),
    };
}
