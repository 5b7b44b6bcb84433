namespace Convergence.LanguageModels.Tokenizers;

/// <summary>GPT-2's cutting into words with their leading space, and its writing of bytes as characters.</summary>
/// <param name="addsPrefixSpace">Whether a text that does not start with a space gets one.</param>
/// <param name="usesExpression">Whether words are cut; otherwise an earlier step did.</param>
internal sealed class ByteLevelPreTokenizer(bool addsPrefixSpace, bool usesExpression) : IPreTokenizer
{
    private static readonly SplitPreTokenizer Words = new(
        TextPattern.Expression(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
        SplitBehavior.Isolated,
        isInverted: false);

    public void Split(string piece, bool isFirst, List<string> pieces)
    {
        if (addsPrefixSpace && piece.Length > 0 && piece[0] != ' ')
        {
            piece = " " + piece;
        }

        var first = pieces.Count;
        if (usesExpression)
        {
            Words.Split(piece, isFirst, pieces);
        }
        else
        {
            pieces.Add(piece);
        }

        for (var index = first; index < pieces.Count; index++)
        {
            pieces[index] = ByteLevelAlphabet.Encode(pieces[index]);
        }
    }
}
