namespace Convergence.Optimization.Storage.Legacy;

/// <summary>
/// Which former configurations a search starts from: those with the best mean over cases. The original took those that were best on any
/// one case, where luck decides.
/// </summary>
internal static class WarmStart
{
    /// <summary>
    /// Each configuration once, best first. Configurations that met fewer than half of the cases that the best known one met, as races
    /// leave them, come after all others: their means are too uncertain to compare.
    /// </summary>
    public static IReadOnlyList<ScoredParameters> Choose(IReadOnlyList<LegacyRow> rows, int count)
    {
        var configurations = rows.GroupBy(row => ConfigurationKey.Of(row.Configuration.Parameters), StringComparer.Ordinal)
            .Select(Together)
            .ToList();
        var known = configurations.Select(row => row.CaseCount).DefaultIfEmpty().Max() / 2.0;
        return
        [
            .. configurations
                .OrderByDescending(row => row.CaseCount >= known)
                .ThenByDescending(row => row.Configuration.Score)
                .Take(count)
                .Select(row => row.Configuration),
        ];
    }

    // Evaluations of one configuration: the mean over all their cases.
    private static LegacyRow Together(IEnumerable<LegacyRow> rows)
    {
        var all = rows.ToList();
        var cases = all.Sum(row => row.CaseCount);
        var mean = all.Sum(row => row.CaseCount * row.Configuration.Score) / cases;
        return new LegacyRow(all[^1].Configuration with { Score = mean }, all.Max(row => row.CaseCount));
    }
}
