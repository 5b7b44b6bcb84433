using System.Globalization;
using System.Text;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>
/// <c>history.csv</c>: a row per generation (counted from 1), quoted as in RFC 4180 with lines that end in LF, invariant culture,
/// numbers that read back exactly. A missing value is an empty field. Columns: generation, best, mean, diversity, evaluations, cache_hits,
/// failures, immigrants, mutation_strength, best_technique, merge_seconds, score_seconds, generation_seconds, then share_NAME for each
/// technique.
/// </summary>
public static class HistoryCsv
{
    private static readonly string[] Columns =
    [
        "generation", "best", "mean", "diversity", "evaluations", "cache_hits", "failures", "immigrants",
        "mutation_strength", "best_technique", "merge_seconds", "score_seconds", "generation_seconds",
    ];

    /// <summary>The whole file.</summary>
    public static string Render(RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var text = new StringBuilder();
        AppendRow(text, Columns.Concat(summary.Techniques.Select(technique => "share_" + technique)));
        foreach (var record in summary.History)
        {
            AppendRow(text, Fields(record));
        }

        return text.ToString();
    }

    private static IEnumerable<string> Fields(GenerationRecord record)
    {
        var generation = record.Summary;
        double members = Math.Max(1, generation.KindCounts.Sum());
        return
        [
            Whole(generation.Generation + 1),
            Exact(generation.BestFitness),
            Exact(generation.MeanFitness),
            Exact(generation.Diversity),
            Whole(record.EvaluationCount),
            Whole(record.CacheHitCount),
            Whole(generation.FailureCount),
            Whole(generation.ImmigrantCount),
            Exact(generation.MutationStrength),
            record.BestTechnique ?? string.Empty,
            Seconds(record.MergeSeconds),
            Seconds(record.ScoreSeconds),
            Seconds(record.ElapsedSeconds),
            .. generation.KindCounts.Select(count => Exact(count / members)),
        ];
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> fields) =>
        text.AppendJoin(',', fields.Select(Quote)).Append('\n');

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Exact(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : string.Empty;

    private static string Seconds(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
