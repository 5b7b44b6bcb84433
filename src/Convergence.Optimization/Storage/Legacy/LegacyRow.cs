using System.Data.Common;
using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Storage.Legacy;

/// <summary>A row of <c>runs</c>: one evaluation of one configuration, with the number of its cases that were scored.</summary>
internal sealed record LegacyRow(ScoredParameters Configuration, int CaseCount)
{
    /// <summary>The columns that <see cref="TryRead"/> expects, of the runs that a condition names, oldest first.</summary>
    /// <remarks>
    /// The original gives a configuration whose calls failed the score 0 and no results: that says nothing about it, so such rows are
    /// left out.
    /// </remarks>
    public const string Query = """
        SELECT r.config, r.aggregate_score, r.session_id, r.metadata, COUNT(DISTINCT t.test_case_id)
        FROM runs r JOIN test_case_results t ON t.run_id = r.run_id AND t.score IS NOT NULL
        WHERE r.aggregate_score IS NOT NULL AND {0}
        GROUP BY r.run_id, r.config, r.aggregate_score, r.session_id, r.metadata, r.timestamp, r.generation
        ORDER BY r.timestamp, r.generation, r.run_id
        """;

    /// <returns><see langword="null"/> where the configuration is not a JSON object.</returns>
    public static LegacyRow? TryRead(DbDataReader reader)
    {
        if (LegacyText.TryObject(reader.Text(0)) is not { } parameters || reader.Number(1) is not { } score)
        {
            return null;
        }

        var metadata = LegacyText.TryObject(reader.Text(3));
        var configuration = new ScoredParameters(parameters, score)
        {
            SessionId = reader.Text(2) ?? string.Empty,
            RunId = JsonValues.Text(metadata?["run"]),
            Origin = JsonValues.Text(metadata?["origin"]),
        };
        return new LegacyRow(configuration, Convert.ToInt32(reader.GetValue(4), System.Globalization.CultureInfo.InvariantCulture));
    }
}
