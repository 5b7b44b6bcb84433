namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>Goes over the pieces of a template.</summary>
internal sealed class JinjaReader(List<JinjaToken> tokens)
{
    // Deeper than any person writes, and far from the end of the stack.
    private const int MaxDepth = 100;

    private int _at;
    private int _depth;

    public JinjaToken Next => tokens[_at];

    public JinjaToken Take() => tokens[_at].Kind == JinjaTokenKind.End ? tokens[_at] : tokens[_at++];

    public bool IsSymbol(string symbol) => Next.Kind == JinjaTokenKind.Symbol && Next.Text == symbol;

    public bool IsName(string name) => Next.Kind == JinjaTokenKind.Name && Next.Text == name;

    /// <summary>Whether the name after the next piece is this one.</summary>
    public bool IsNameAfter(string name) =>
        _at + 1 < tokens.Count && tokens[_at + 1] is { Kind: JinjaTokenKind.Name } after && after.Text == name;

    /// <summary>Whether the symbol after the next piece is this one.</summary>
    public bool IsSymbolAfter(string symbol) =>
        _at + 1 < tokens.Count && tokens[_at + 1] is { Kind: JinjaTokenKind.Symbol } after && after.Text == symbol;

    public bool TrySymbol(string symbol)
    {
        var isIt = IsSymbol(symbol);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    public bool TryName(string name)
    {
        var isIt = IsName(name);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    public void Expect(string symbol)
    {
        if (!TrySymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    public string ExpectName() => Next.Kind == JinjaTokenKind.Name ? Take().Text : throw Unexpected("a name");

    public void ExpectTagEnd()
    {
        if (Take().Kind != JinjaTokenKind.TagEnd)
        {
            _at--;
            throw Unexpected("the end of the tag");
        }
    }

    public LanguageModelException Unexpected(string expected) => JinjaLexer.Error(
        Next.Line, Next.Kind == JinjaTokenKind.End ? $"the template ends where {expected} belongs."
            : $"'{Next.Text}' stands where {expected} belongs.");

    /// <summary>Reads something that may hold its like.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (++_depth > MaxDepth)
        {
            throw JinjaLexer.Error(Next.Line, $"it is nested deeper than {MaxDepth}.");
        }

        var result = read();
        _depth--;
        return result;
    }
}
