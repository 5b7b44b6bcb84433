using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Convergence.LanguageModels.Generation;

/// <summary>The UTF-8 of a text that is being generated, watched for stop texts.</summary>
/// <param name="tokens">What tokens add.</param>
/// <param name="stopTexts">What ends the text, as UTF-8, none of them empty.</param>
public sealed class GrowingText(TokenTexts tokens, ImmutableArray<byte[]> stopTexts)
{
    private readonly List<byte> _bytes = [];

    /// <summary>Tokens so far.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The text so far, without the stop text that ended it.</summary>
    public ReadOnlySpan<byte> Content => CollectionsMarshal.AsSpan(_bytes);

    /// <summary>
    /// How many bytes of <see cref="Content"/> later tokens cannot change: they are no begun stop text and no begun character.
    /// </summary>
    public int SettledByteCount
    {
        get
        {
            var content = Content;
            var settled = content.Length;
            foreach (var stop in stopTexts)
            {
                settled = Math.Min(settled, content.Length - BegunByteCount(content, stop));
            }

            // A character has at most four bytes, so that one which is not whole began in the last three.
            for (var start = Math.Max(0, settled - 3); start < settled; start++)
            {
                if (Rune.DecodeFromUtf8(content[start..settled], out _, out _) == OperationStatus.NeedMoreData)
                {
                    return start;
                }
            }

            return settled;
        }
    }

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

    // The longest end of the content that is a beginning of the stop text.
    private static int BegunByteCount(ReadOnlySpan<byte> content, ReadOnlySpan<byte> stop)
    {
        for (var count = Math.Min(content.Length, stop.Length - 1); count > 0; count--)
        {
            if (content[^count..].SequenceEqual(stop[..count]))
            {
                return count;
            }
        }

        return 0;
    }
}
