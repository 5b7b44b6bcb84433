using System.Text;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>Reads the statements of a template into functions that write into a scope.</summary>
internal sealed class JinjaStatements
{
    private const int MaxMacroDepth = 64;

    private readonly JinjaReader _reader;
    private readonly JinjaExpressions _expressions;

    private JinjaStatements(JinjaReader reader)
    {
        _reader = reader;
        _expressions = new JinjaExpressions(reader);
    }

    /// <summary>Reads a whole template.</summary>
    public static Func<JinjaScope, JinjaFlow> Read(string template)
    {
        var statements = new JinjaStatements(new JinjaReader(JinjaLexer.Split(template)));
        var body = statements.ReadBody();
        return statements._reader.Next.Kind == JinjaTokenKind.End ? body
            : throw statements._reader.Unexpected("the beginning of a statement");
    }

    // Up to one of the words that end it, which is left to the caller together with the rest of its tag; or to the template's end.
    private Func<JinjaScope, JinjaFlow> ReadBody(params string[] ends)
    {
        var parts = new List<Func<JinjaScope, JinjaFlow>>();
        while (_reader.Next.Kind != JinjaTokenKind.End)
        {
            var token = _reader.Take();
            if (token.Kind == JinjaTokenKind.BlockStart && ends.Any(_reader.IsName))
            {
                return Sequence(parts);
            }

            parts.Add(token.Kind switch
            {
                JinjaTokenKind.Text => WriteText(token.Text),
                JinjaTokenKind.OutputStart => ReadOutput(),
                _ => _reader.Nested(ReadStatement),
            });
        }

        return ends.Length == 0 ? Sequence(parts) : throw _reader.Unexpected($"'{ends[^1]}'");
    }

    private static Func<JinjaScope, JinjaFlow> WriteText(string text) => scope =>
    {
        scope.Write(text);
        return JinjaFlow.Next;
    };

    private static Func<JinjaScope, JinjaFlow> Sequence(List<Func<JinjaScope, JinjaFlow>> parts) => scope =>
    {
        foreach (var part in parts)
        {
            JinjaBudget.Spend();
            if (part(scope) is var flow && flow != JinjaFlow.Next)
            {
                return flow;
            }
        }

        return JinjaFlow.Next;
    };

    private Func<JinjaScope, JinjaFlow> ReadOutput()
    {
        var value = _expressions.ReadTuple();
        _reader.ExpectTagEnd();
        return scope =>
        {
            scope.Write(JinjaValue.ToText(value(scope)));
            return JinjaFlow.Next;
        };
    }

    private Func<JinjaScope, JinjaFlow> ReadStatement()
    {
        var line = _reader.Next.Line;
        var word = _reader.ExpectName();
        switch (word)
        {
            case "for": return ReadFor();
            case "if": return ReadIf();
            case "set": return ReadSet();
            case "macro": return ReadMacro();
            case "filter": return ReadFilterBlock();
            case "break": return Leave(JinjaFlow.Break);
            case "continue": return Leave(JinjaFlow.Continue);

            // Marks what the model said, for training; it writes nothing itself.
            case "generation": return ReadUntil("endgeneration");
            default: throw JinjaLexer.Error(line, $"there is no statement '{word}' here.");
        }
    }

    private Func<JinjaScope, JinjaFlow> Leave(JinjaFlow flow)
    {
        _reader.ExpectTagEnd();
        return _ => flow;
    }

    // The rest of a tag, what stands up to its end, and the end's tag.
    private Func<JinjaScope, JinjaFlow> ReadUntil(string end)
    {
        _reader.ExpectTagEnd();
        var body = ReadBody(end);
        _reader.Take();
        _reader.ExpectTagEnd();
        return body;
    }

    private Func<JinjaScope, JinjaFlow> ReadIf()
    {
        var condition = _expressions.Read();
        _reader.ExpectTagEnd();
        var then = ReadBody("elif", "else", "endif");
        var otherwise = _reader.Take().Text switch
        {
            "elif" => _reader.Nested(ReadIf),
            "else" => ReadUntil("endif"),
            _ => EndOfTag(),
        };
        return scope => JinjaValue.IsTrue(condition(scope)) ? then(scope) : otherwise(scope);
    }

    private Func<JinjaScope, JinjaFlow> EndOfTag()
    {
        _reader.ExpectTagEnd();
        return _ => JinjaFlow.Next;
    }

    private Func<JinjaScope, JinjaFlow> ReadFor()
    {
        var names = ReadTargets();
        if (!_reader.TryName("in"))
        {
            throw _reader.Unexpected("'in'");
        }

        var items = _expressions.ReadWithoutConditional();
        var condition = _reader.TryName("if") ? _expressions.Read() : null;
        _reader.ExpectTagEnd();
        var body = ReadBody("else", "endfor");
        var otherwise = _reader.Take().Text == "else" ? ReadUntil("endfor") : EndOfTag();
        var loop = new JinjaLoop(names, items, condition, body, otherwise);
        return loop.Run;
    }

    private List<string> ReadTargets()
    {
        var isBracketed = _reader.TrySymbol("(");
        List<string> names = [_reader.ExpectName()];
        while (_reader.TrySymbol(","))
        {
            names.Add(_reader.ExpectName());
        }

        if (isBracketed)
        {
            _reader.Expect(")");
        }

        return names;
    }

    private Func<JinjaScope, JinjaFlow> ReadSet()
    {
        var names = ReadTargets();
        if (names.Count == 1 && _reader.TrySymbol("."))
        {
            return ReadSetMember(names[0], _reader.ExpectName());
        }

        if (!_reader.TrySymbol("="))
        {
            return ReadSetBlock(names[0]);
        }

        var value = _expressions.ReadTuple();
        _reader.ExpectTagEnd();
        return scope =>
        {
            JinjaLoop.Assign(scope, names, value(scope));
            return JinjaFlow.Next;
        };
    }

    private Func<JinjaScope, JinjaFlow> ReadSetMember(string name, string member)
    {
        _reader.Expect("=");
        var value = _expressions.ReadTuple();
        _reader.ExpectTagEnd();
        return scope =>
        {
            var map = scope.Get(name) is JinjaMap { IsNamespace: true } found
                ? found
                : throw new LanguageModelException($"'{name}' is no namespace, so '{name}.{member}' cannot be set.");
            map[member] = value(scope);
            return JinjaFlow.Next;
        };
    }

    // {% set name %}...{% endset %}, with filters after the name.
    private Func<JinjaScope, JinjaFlow> ReadSetBlock(string name)
    {
        Func<JinjaScope, object?> value = scope => scope.Get("");
        while (_reader.TrySymbol("|"))
        {
            value = _expressions.ReadFilter(value);
        }

        var body = ReadUntil("endset");
        return scope =>
        {
            scope.Set(name, Captured(scope, body, value));
            return JinjaFlow.Next;
        };
    }

    private Func<JinjaScope, JinjaFlow> ReadFilterBlock()
    {
        var value = _expressions.ReadFilter(scope => scope.Get(""));
        while (_reader.TrySymbol("|"))
        {
            value = _expressions.ReadFilter(value);
        }

        var body = ReadUntil("endfilter");
        return scope =>
        {
            scope.Write(JinjaValue.ToText(Captured(scope, body, value)));
            return JinjaFlow.Next;
        };
    }

    // What a body writes goes through filters, which find it under a name that no template can use.
    private static object? Captured(JinjaScope scope, Func<JinjaScope, JinjaFlow> body, Func<JinjaScope, object?> value)
    {
        var inner = scope.Inner(new StringBuilder());
        body(inner);
        inner.Set("", inner.Output.ToString());
        return value(inner);
    }

    private Func<JinjaScope, JinjaFlow> ReadMacro()
    {
        var name = _reader.ExpectName();
        var parameters = new List<(string Name, Func<JinjaScope, object?>? Fallback)>();
        _reader.Expect("(");
        while (!_reader.TrySymbol(")"))
        {
            var parameter = _reader.ExpectName();
            parameters.Add((parameter, _reader.TrySymbol("=") ? _expressions.Read() : null));
            if (!_reader.IsSymbol(")"))
            {
                _reader.Expect(",");
            }
        }

        var body = ReadUntil("endmacro");
        return scope =>
        {
            scope.Set(name, Macro(scope, parameters, body));
            return JinjaFlow.Next;
        };
    }

    private static JinjaFunction Macro(
        JinjaScope scope, List<(string Name, Func<JinjaScope, object?>? Fallback)> parameters, Func<JinjaScope, JinjaFlow> body)
    {
        var depth = 0;
        return arguments =>
        {
            if (++depth > MaxMacroDepth)
            {
                throw new LanguageModelException($"a macro calls itself more than {MaxMacroDepth} deep.");
            }

            var inner = scope.Inner(new StringBuilder());
            for (var place = 0; place < parameters.Count; place++)
            {
                var (name, fallback) = parameters[place];
                var isGiven = place < arguments.Positional.Count || arguments.Named.ContainsKey(name);
                inner.Set(name, isGiven ? arguments.Get(place, name) : fallback is null ? new JinjaUndefined(name) : fallback(inner));
            }

            body(inner);
            depth--;
            return inner.Output.ToString();
        };
    }

}
