using System.Runtime.InteropServices;

namespace Convergence.LanguageModels.Tasks;

/// <summary>A completion under way, compared with the expected one as it grows.</summary>
internal sealed class CompletionText(CompletionRules rules, byte[] expected)
{
    private readonly List<byte> _bytes = [];

    /// <summary>Tokens so far.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Appends a token's text.</summary>
    /// <returns>Whether a stop text has appeared; it and what follows it are cut off.</returns>
    public bool Append(int token)
    {
        var from = _bytes.Count;
        _bytes.AddRange(rules.Bytes(token));
        TokenCount++;
        var end = -1;
        foreach (var stop in rules.StopTexts)
        {
            // A stop text may have begun in an earlier token.
            var searchFrom = Math.Max(0, from - stop.Length + 1);
            var found = CollectionsMarshal.AsSpan(_bytes)[searchFrom..].IndexOf(stop);
            if (found >= 0 && (end < 0 || searchFrom + found < end))
            {
                end = searchFrom + found;
            }
        }

        if (end >= 0)
        {
            _bytes.RemoveRange(end, _bytes.Count - end);
        }

        return end >= 0;
    }

    /// <summary>Whether the text, without white space at its ends, is the expected one.</summary>
    public bool IsExpected() => Content().Trim(WhiteSpace).SequenceEqual(expected);

    /// <summary>Whether more tokens could still make it the expected one.</summary>
    public bool MayBecomeExpected()
    {
        var text = Content().TrimStart(WhiteSpace);
        return text.Length <= expected.Length
            ? expected.AsSpan().StartsWith(text)
            : text.StartsWith(expected) && text[expected.Length..].Trim(WhiteSpace).IsEmpty;
    }

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n\f\v"u8;

    private ReadOnlySpan<byte> Content() => CollectionsMarshal.AsSpan(_bytes);
}
