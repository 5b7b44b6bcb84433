using Convergence.LanguageModels.Generation;

namespace Convergence.LanguageModels.Tasks;

/// <summary>A completion under way, compared with the expected one as it grows.</summary>
internal sealed class CompletionText(CompletionRules rules, byte[] expected)
{
    private readonly GrowingText _text = new(rules.Texts, rules.StopTexts);

    /// <inheritdoc cref="GrowingText.TokenCount"/>
    public int TokenCount => _text.TokenCount;

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n\f\v"u8;

    /// <inheritdoc cref="GrowingText.Append"/>
    public bool Append(int token) => _text.Append(token);

    /// <summary>Whether the text, without white space at its ends, is the expected one.</summary>
    public bool IsExpected() => _text.Content.Trim(WhiteSpace).SequenceEqual(expected);

    /// <summary>Whether more tokens could still make it the expected one.</summary>
    public bool MayBecomeExpected()
    {
        var text = _text.Content.TrimStart(WhiteSpace);
        return text.Length <= expected.Length
            ? expected.AsSpan().StartsWith(text)
            : text.StartsWith(expected) && text[expected.Length..].Trim(WhiteSpace).IsEmpty;
    }
}
