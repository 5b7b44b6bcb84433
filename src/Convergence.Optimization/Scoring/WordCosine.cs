using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring;

/// <summary>
/// The cosine between two texts' counts of words: what stands in for embeddings where no model that embeds texts is given.
/// </summary>
internal static class WordCosine
{
    private static readonly char[] Punctuation = ['.', ',', ';', ':', '!', '?', '"', '\'', '(', ')', '[', ']', '{', '}'];

    /// <returns>From 0 to 1; 0 where one text has no words.</returns>
    public static double Of(string first, string second)
    {
        var (a, b) = (Counts(first), Counts(second));
        var dot = a.Sum(entry => (double)entry.Value * b.GetValueOrDefault(entry.Key));
        return dot == 0 ? 0 : dot / (Norm(a) * Norm(b));
    }

    private static double Norm(Dictionary<string, int> counts) => Math.Sqrt(counts.Values.Sum(count => (double)count * count));

    private static Dictionary<string, int> Counts(string text) =>
        Words.Of(text.ToLowerInvariant())
            .Select(word => word.Trim(Punctuation))
            .Where(word => word.Length > 0)
            .GroupBy(word => word, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
}
