using System.Text.RegularExpressions;

namespace Convergence.Optimization.Text;

/// <summary>Words and sentences of a text, counted as the built-in evaluators need them.</summary>
internal static partial class Words
{
    /// <summary>What stands between white space.</summary>
    public static string[] Of(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What stands between full stops, exclamation and question marks, without empty ones.</summary>
    public static IReadOnlyList<string> Sentences(string text) =>
        [.. SentenceEnd().Split(text).Where(sentence => !string.IsNullOrWhiteSpace(sentence))];

    /// <summary>How often a text occurs in another, without overlap, letters of either case.</summary>
    public static int Occurrences(string text, string part)
    {
        var count = 0;
        for (var place = text.IndexOf(part, StringComparison.OrdinalIgnoreCase); place >= 0; count++)
        {
            place = text.IndexOf(part, place + part.Length, StringComparison.OrdinalIgnoreCase);
        }

        return count;
    }

    /// <summary>Different words over words, letters of either case; 0 without words.</summary>
    public static double UniqueShare(string text)
    {
        var words = Of(text);
        return words.Length == 0 ? 0 : (double)words.Distinct(StringComparer.OrdinalIgnoreCase).Count() / words.Length;
    }

    [GeneratedRegex("[.!?]+")]
    private static partial Regex SentenceEnd();
}
