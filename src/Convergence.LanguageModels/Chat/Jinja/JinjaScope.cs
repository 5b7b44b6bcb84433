using System.Text;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>The names that a part of a template sees, and where it writes to.</summary>
internal sealed class JinjaScope
{
    private const int MaxDepth = 64;

    private readonly JinjaScope? _parent;
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly int _depth;

    private JinjaScope(JinjaScope? parent, StringBuilder output, int depth)
    {
        _parent = parent;
        Output = output;
        _depth = depth <= MaxDepth ? depth : throw new LanguageModelException($"loops and macros are nested deeper than {MaxDepth}.");
    }

    public StringBuilder Output { get; }

    /// <summary>The scope of a whole template.</summary>
    public static JinjaScope Create() => new(null, new StringBuilder(), 0);

    /// <summary>A scope inside: what is set in it ends with it.</summary>
    /// <param name="output">Where it writes to, or <see langword="null"/> for the same place.</param>
    public JinjaScope Inner(StringBuilder? output = null) => new(this, output ?? Output, _depth + 1);

    public void Set(string name, object? value) => _values[name] = value;

    public object? Get(string name)
    {
        for (var scope = this; scope is not null; scope = scope._parent)
        {
            if (scope._values.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return JinjaGlobals.Find(name) is { } function ? function : new JinjaUndefined(name);
    }

    public void Write(string text)
    {
        JinjaBudget.Spend(text.Length);
        Output.Append(text);
    }
}
