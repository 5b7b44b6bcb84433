namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="pattern">Finds delimiters, or with <paramref name="isInverted"/> everything else.</param>
/// <param name="behavior">What becomes of delimiters.</param>
/// <param name="isInverted">Whether what does not match is the delimiter.</param>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool isInverted) : IPreTokenizer
{
    public void Split(string piece, bool isFirst, List<string> pieces)
    {
        var segments = new List<(int Start, int End, bool IsDelimiter)>();
        var done = 0;
        foreach (var (start, length) in pattern.Matches(piece))
        {
            if (start > done)
            {
                segments.Add((done, start, isInverted));
            }

            segments.Add((start, start + length, !isInverted));
            done = start + length;
        }

        if (done < piece.Length)
        {
            segments.Add((done, piece.Length, isInverted));
        }

        Join(segments);
        foreach (var (start, end, isDelimiter) in segments)
        {
            if (!(isDelimiter && behavior == SplitBehavior.Removed))
            {
                pieces.Add(start == 0 && end == piece.Length ? piece : piece[start..end]);
            }
        }
    }

    private void Join(List<(int Start, int End, bool IsDelimiter)> segments)
    {
        for (var index = segments.Count - 1; index > 0; index--)
        {
            var (left, right) = (segments[index - 1], segments[index]);
            var joins = behavior switch
            {
                SplitBehavior.Contiguous => left.IsDelimiter == right.IsDelimiter,
                SplitBehavior.MergedWithPrevious => !left.IsDelimiter && right.IsDelimiter,
                SplitBehavior.MergedWithNext => left.IsDelimiter && !right.IsDelimiter,
                _ => false,
            };
            if (joins)
            {
                segments[index - 1] = (left.Start, right.End, right.IsDelimiter && left.IsDelimiter);
                segments.RemoveAt(index);
            }
        }
    }
}
