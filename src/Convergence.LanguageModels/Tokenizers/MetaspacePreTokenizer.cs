namespace Convergence.LanguageModels.Tokenizers;

/// <summary>SentencePiece's way: spaces become a visible mark, and words are cut before it.</summary>
/// <param name="mark">The mark, usually U+2581.</param>
/// <param name="scheme">Where a mark is put before a text.</param>
/// <param name="splits">Whether words are cut.</param>
internal sealed class MetaspacePreTokenizer(string mark, PrependScheme scheme, bool splits) : IPreTokenizer
{
    private readonly SplitPreTokenizer _words = new(TextPattern.Literal(mark), SplitBehavior.MergedWithNext, isInverted: false);

    public void Split(string piece, bool isFirst, List<string> pieces)
    {
        piece = piece.Replace(" ", mark, StringComparison.Ordinal);
        var prepends = scheme == PrependScheme.Always || (scheme == PrependScheme.First && isFirst);
        if (prepends && !piece.StartsWith(mark, StringComparison.Ordinal))
        {
            piece = mark + piece;
        }

        if (splits)
        {
            _words.Split(piece, isFirst, pieces);
        }
        else
        {
            pieces.Add(piece);
        }
    }
}
