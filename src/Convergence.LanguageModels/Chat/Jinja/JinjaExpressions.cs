using System.Globalization;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>
/// Reads expressions into functions of a scope. From weak to strong: if-else, or, and, not, comparisons, + -, ~, * / // %, **, signs,
/// filters and tests.
/// </summary>
internal sealed partial class JinjaExpressions(JinjaReader reader)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Sums = ["+", "-"];
    private static readonly string[] Joins = ["~"];
    private static readonly string[] Products = ["*", "/", "//", "%"];

    /// <summary>Reads a whole expression.</summary>
    public Func<JinjaScope, object?> Read() => reader.Nested(ReadConditional);

    /// <summary>As <see cref="Read"/>, or several with commas between them, which are a list.</summary>
    public Func<JinjaScope, object?> ReadTuple()
    {
        var first = Read();
        if (!reader.IsSymbol(","))
        {
            return first;
        }

        List<Func<JinjaScope, object?>> parts = [first];
        while (reader.TrySymbol(","))
        {
            parts.Add(Read());
        }

        return ListOf(parts);
    }

    /// <summary>Reads what stands left of an if: what a loop goes over must not take the loop's own if for its.</summary>
    public Func<JinjaScope, object?> ReadWithoutConditional() => reader.Nested(ReadOr);

    private Func<JinjaScope, object?> ReadConditional()
    {
        var value = ReadOr();
        while (reader.TryName("if"))
        {
            var (then, condition) = (value, ReadOr());
            var otherwise = reader.TryName("else") ? Read() : _ => new JinjaUndefined("the value without an else");
            value = scope => JinjaValue.IsTrue(condition(scope)) ? then(scope) : otherwise(scope);
        }

        return value;
    }

    private Func<JinjaScope, object?> ReadOr()
    {
        var left = ReadAnd();
        while (reader.TryName("or"))
        {
            var (first, second) = (left, ReadAnd());
            left = scope => first(scope) is var value && JinjaValue.IsTrue(value) ? value : second(scope);
        }

        return left;
    }

    private Func<JinjaScope, object?> ReadAnd()
    {
        var left = ReadNot();
        while (reader.TryName("and"))
        {
            var (first, second) = (left, ReadNot());
            left = scope => first(scope) is var value && !JinjaValue.IsTrue(value) ? value : second(scope);
        }

        return left;
    }

    private Func<JinjaScope, object?> ReadNot()
    {
        if (!reader.TryName("not"))
        {
            return ReadComparison();
        }

        var value = reader.Nested(ReadNot);
        return scope => !JinjaValue.IsTrue(value(scope));
    }

    private Func<JinjaScope, object?> ReadComparison()
    {
        var left = ReadBinary(0);
        var (previous, holds) = (left, (Func<JinjaScope, bool>?)null);
        while (TryComparison() is { } compare)
        {
            var (first, second, before) = (previous, ReadBinary(0), holds);
            holds = scope => (before is null || before(scope)) && compare(first(scope), second(scope));
            previous = second;
        }

        return holds is null ? left : scope => holds(scope);
    }

    private Func<object?, object?, bool>? TryComparison()
    {
        if (reader.TryName("in"))
        {
            return (item, container) => JinjaValue.Contains(container, item);
        }

        if (reader.IsName("not") && reader.IsNameAfter("in"))
        {
            reader.Take();
            reader.Take();
            return (item, container) => !JinjaValue.Contains(container, item);
        }

        if (reader.Next.Kind != JinjaTokenKind.Symbol || !Comparisons.Contains(reader.Next.Text))
        {
            return null;
        }

        return reader.Take().Text switch
        {
            "==" => JinjaValue.AreEqual,
            "!=" => (left, right) => !JinjaValue.AreEqual(left, right),
            "<" => (left, right) => JinjaValue.Compare(left, right) < 0,
            "<=" => (left, right) => JinjaValue.Compare(left, right) <= 0,
            ">" => (left, right) => JinjaValue.Compare(left, right) > 0,
            _ => (left, right) => JinjaValue.Compare(left, right) >= 0,
        };
    }

    private Func<JinjaScope, object?> ReadBinary(int level)
    {
        if (level == 3)
        {
            return ReadPower();
        }

        var symbols = level switch { 0 => Sums, 1 => Joins, _ => Products };
        var left = ReadBinary(level + 1);
        while (reader.Next.Kind == JinjaTokenKind.Symbol && symbols.Contains(reader.Next.Text))
        {
            var (symbol, first, second) = (reader.Take().Text, left, ReadBinary(level + 1));
            left = scope => JinjaOperators.Compute(symbol, first(scope), second(scope));
        }

        return left;
    }

    private Func<JinjaScope, object?> ReadPower()
    {
        var left = ReadSigned();
        while (reader.TrySymbol("**"))
        {
            var (first, second) = (left, ReadSigned());
            left = scope => JinjaOperators.Compute("**", first(scope), second(scope));
        }

        return left;
    }

    // As in Jinja, a filter takes what a sign has made.
    private Func<JinjaScope, object?> ReadSigned() => ReadFilters(ReadSign());

    private Func<JinjaScope, object?> ReadSign()
    {
        if (reader.TrySymbol("+"))
        {
            return reader.Nested(ReadSign);
        }

        if (!reader.TrySymbol("-"))
        {
            return ReadMembers(ReadPrimary());
        }

        var value = reader.Nested(ReadSign);
        return scope => JinjaOperators.Negate(value(scope));
    }

    private Func<JinjaScope, object?> ReadMembers(Func<JinjaScope, object?> value)
    {
        while (true)
        {
            var before = value;
            if (reader.TrySymbol("."))
            {
                var name = reader.Next.Kind == JinjaTokenKind.Integer ? null : reader.ExpectName();
                var place = name is null ? long.Parse(reader.Take().Text, CultureInfo.InvariantCulture) : 0;
                value = scope => name is null ? JinjaOperators.Item(before(scope), place) : JinjaOperators.Member(before(scope), name);
            }
            else if (reader.TrySymbol("["))
            {
                value = ReadItem(before);
            }
            else if (reader.IsSymbol("("))
            {
                var arguments = ReadArguments();
                value = scope => before(scope) switch
                {
                    JinjaFunction function => Call(function, arguments, scope),
                    var other => throw new LanguageModelException($"{JinjaValue.KindOf(other)} cannot be called."),
                };
            }
            else
            {
                return value;
            }
        }
    }

    private static object? Call(JinjaFunction function, Func<JinjaScope, JinjaArguments> arguments, JinjaScope scope)
    {
        JinjaBudget.Spend(JinjaBudget.CallCost);
        return function(arguments(scope));
    }

    private Func<JinjaScope, object?> ReadItem(Func<JinjaScope, object?> value)
    {
        var start = reader.IsSymbol(":") ? null : Read();
        if (!reader.IsSymbol(":"))
        {
            reader.Expect("]");
            return scope => JinjaOperators.Item(value(scope), start!(scope));
        }

        reader.Take();
        var stop = reader.IsSymbol(":") || reader.IsSymbol("]") ? null : Read();
        var step = reader.TrySymbol(":") && !reader.IsSymbol("]") ? Read() : null;
        reader.Expect("]");
        return scope => JinjaOperators.Slice(value(scope), start?.Invoke(scope), stop?.Invoke(scope), step?.Invoke(scope));
    }

    private Func<JinjaScope, object?> ReadFilters(Func<JinjaScope, object?> value)
    {
        while (true)
        {
            var before = value;
            if (reader.TrySymbol("|"))
            {
                value = ReadFilter(before);
            }
            else if (reader.TryName("is"))
            {
                value = ReadTest(before);
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>Reads a filter's name and arguments.</summary>
    public Func<JinjaScope, object?> ReadFilter(Func<JinjaScope, object?> value)
    {
        var name = reader.ExpectName();
        var arguments = reader.IsSymbol("(") ? ReadArguments() : None;
        return scope =>
        {
            JinjaBudget.Spend(JinjaBudget.CallCost);
            return JinjaFilters.Apply(name, value(scope), arguments(scope));
        };
    }

    private Func<JinjaScope, object?> ReadTest(Func<JinjaScope, object?> value)
    {
        var isNegated = reader.TryName("not");
        var name = reader.ExpectName();
        var arguments = reader.IsSymbol("(") ? ReadArguments() : StartsArgument() ? OneArgument(ReadMembers(ReadPrimary())) : None;
        return scope => isNegated != JinjaTests.Holds(name, value(scope), arguments(scope));
    }

    // `is divisibleby 3` needs no brackets.
    private bool StartsArgument() => reader.Next.Kind is JinjaTokenKind.String or JinjaTokenKind.Integer or JinjaTokenKind.Number
        || reader.IsSymbol("[") || reader.IsSymbol("{")
        || (reader.Next.Kind == JinjaTokenKind.Name
            && reader.Next.Text is not ("and" or "or" or "else" or "if" or "is" or "in" or "not" or "recursive"));

    private static Func<JinjaScope, JinjaArguments> OneArgument(Func<JinjaScope, object?> value) =>
        scope => new JinjaArguments([value(scope)], new Dictionary<string, object?>());

    private static JinjaArguments None(JinjaScope scope) => new([], new Dictionary<string, object?>());

    private Func<JinjaScope, JinjaArguments> ReadArguments()
    {
        var positional = new List<Func<JinjaScope, object?>>();
        var named = new Dictionary<string, Func<JinjaScope, object?>>(StringComparer.Ordinal);
        reader.Expect("(");
        while (!reader.TrySymbol(")"))
        {
            ReadArgument(positional, named);
            if (!reader.IsSymbol(")"))
            {
                reader.Expect(",");
            }
        }

        return scope => new JinjaArguments(
            positional.ConvertAll(argument => argument(scope)),
                named.ToDictionary(argument => argument.Key, argument => argument.Value(scope), StringComparer.Ordinal));
    }

    private void ReadArgument(List<Func<JinjaScope, object?>> positional, Dictionary<string, Func<JinjaScope, object?>> named)
    {
        if (reader.Next.Kind == JinjaTokenKind.Name && reader.IsSymbolAfter("="))
        {
            var name = reader.ExpectName();
            reader.Expect("=");
            named[name] = Read();
        }
        else
        {
            positional.Add(Read());
        }
    }
}
