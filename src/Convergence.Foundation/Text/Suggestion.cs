namespace Convergence.Foundation.Text;

/// <summary>Finds the known word that somebody probably meant.</summary>
public static class Suggestion
{
    // Two slips in a long word, one in a short one: farther words are guesses that mislead.
    private const int LettersPerSlip = 3;
    private const int LongestWord = 64;

    /// <summary>
    /// The closest of <paramref name="known"/> by edit distance (insert, delete, replace, swap of neighbours; case is ignored),
    /// the first of equals, or <see langword="null"/> when none is close.
    /// </summary>
    /// <param name="word">The word that was not understood.</param>
    /// <param name="known">The words that would have been.</param>
    public static string? Closest(string word, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(word, candidate);
            if (distance < bestDistance && distance <= Math.Max(1, Math.Max(word.Length, candidate.Length) / LettersPerSlip))
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>The end of a message: <c> Did you mean "weight"?</c>, or nothing when no known word is close.</summary>
    public static string Phrase(string word, IEnumerable<string> known) =>
        Closest(word, known) is { } closest ? $" Did you mean \"{closest}\"?" : "";

    // The optimal string alignment distance; three rows of the table are enough.
    private static int Distance(string left, string right)
    {
        if (left.Length > LongestWord || right.Length > LongestWord)
        {
            return int.MaxValue;
        }

        var beforeLast = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            last[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var cost = SameLetter(left[row - 1], right[column - 1]) ? 0 : 1;
                var distance = Math.Min(Math.Min(last[column], current[column - 1]) + 1, last[column - 1] + cost);
                var swapped = row > 1 && column > 1
                    && SameLetter(left[row - 1], right[column - 2]) && SameLetter(left[row - 2], right[column - 1]);
                current[column] = swapped ? Math.Min(distance, beforeLast[column - 2] + 1) : distance;
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[right.Length];
    }

    private static bool SameLetter(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
