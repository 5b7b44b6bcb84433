namespace Convergence.Testing.Statistics;

/// <summary>Wilcoxon's signed-rank test ("Individual comparisons by ranking methods", 1945), one-sided, exact for a few pairs.</summary>
public static class SignedRankTest
{
    /// <summary>
    /// The probability that, were the differences symmetric about 0, the ranks of the positive ones would add up to at least as much.
    /// Zero differences are dropped; ties share their mean rank. At most 20 pairs: all signs are enumerated.
    /// </summary>
    public static double PValue(IEnumerable<double> differences)
    {
        var kept = differences.Where(difference => difference != 0).ToArray();
        if (kept.Length == 0)
        {
            return 1;
        }

        var ranks = kept
            .Select(own =>
                kept.Count(other => Math.Abs(other) < Math.Abs(own)) + ((kept.Count(other => Math.Abs(other) == Math.Abs(own)) + 1) / 2.0))
            .ToArray();
        var observed = ranks.Where((_, index) => kept[index] > 0).Sum();
        var patterns = 1 << kept.Length;
        var atLeast = Enumerable.Range(0, patterns)
            .Count(pattern => ranks.Where((_, index) => (pattern >> index & 1) == 1).Sum() >= observed - 1e-9);
        return (double)atLeast / patterns;
    }
}
