using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Convergence.LanguageModels.Generation;

/// <summary>The UTF-8 of a text that is being generated, watched for stop texts.</summary>
/// <param name="tokens">What tokens add.</param>
/// <param name="stopTexts">What ends the text, as UTF-8, none of them empty.</param>
internal sealed class GrowingText(TokenTexts tokens, ImmutableArray<byte[]> stopTexts)
{
    private readonly List<byte> _bytes = [];

    /// <summary>Tokens so far.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The text so far, without the stop text that ended it.</summary>
    public ReadOnlySpan<byte> Content => CollectionsMarshal.AsSpan(_bytes);

    /// <summary>Appends a token's text.</summary>
    /// <returns>Whether a stop text has appeared; the earliest and what follows it are cut off.</returns>
    public bool Append(int token)
    {
        var from = _bytes.Count;
        _bytes.AddRange(tokens.Bytes(token));
        TokenCount++;
        var end = -1;
        foreach (var stop in stopTexts)
        {
            // A stop text may have begun in an earlier token.
            var searchFrom = Math.Max(0, from - stop.Length + 1);
            var found = Content[searchFrom..].IndexOf(stop);
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
}
