using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Storage.Databases;

namespace Convergence.Optimization.Storage.Legacy;

/// <summary>Writes one configuration's outcome, inside a transaction.</summary>
internal sealed class LegacyWriter(DbConnection connection, LegacySession session, CancellationToken cancellation)
{
    /// <returns>The id of its row in <c>runs</c>.</returns>
    public async Task WriteAsync(string runId, ConfigurationOutcome outcome)
    {
        var row = LegacyText.Id("run", session.SessionId, runId, outcome.Id.ToString(CultureInfo.InvariantCulture));
        await WriteRunAsync(row, runId, outcome).ConfigureAwait(false);
        await connection.ExecuteAsync("DELETE FROM test_case_results WHERE run_id = @run", cancellation, ("run", row))
            .ConfigureAwait(false);
        foreach (var result in outcome.Cases)
        {
            await WriteResultAsync(row, outcome, result).ConfigureAwait(false);
        }

        // In one order for all processes, so that none waits for another that waits for it.
        foreach (var scored in outcome.Cases
            .Where(result => result is { IsHeldOut: false, Score: not null })
            .GroupBy(result => result.TestCaseId, StringComparer.Ordinal)
            .OrderBy(results => results.Key, StringComparer.Ordinal))
        {
            await WriteWinnerAsync(row, outcome, scored.Key, scored.Average(result => result.Score!.Value)).ConfigureAwait(false);
        }
    }

    private Task WriteRunAsync(string row, string runId, ConfigurationOutcome outcome)
    {
        const string Sql = """
            INSERT INTO runs (
                run_id, session_id, timestamp, api_name, api_endpoint, config, test_case_ids, aggregate_score, aggregate_metrics,
                duration_ms, cost_usd, generation, metadata)
            VALUES (@run, @session, @time, @api, @endpoint, @config, @cases, @score, @metrics, @duration, @cost, @generation, @metadata)
            ON CONFLICT (run_id) DO UPDATE SET
                timestamp = excluded.timestamp, test_case_ids = excluded.test_case_ids, aggregate_score = excluded.aggregate_score,
                aggregate_metrics = excluded.aggregate_metrics, duration_ms = excluded.duration_ms, cost_usd = excluded.cost_usd,
                metadata = excluded.metadata
            """;
        var costs = outcome.Cases.Select(result => result.CostUsd).OfType<double>().ToList();
        return connection.ExecuteAsync(
            Sql,
            cancellation,
            ("run", row),
            ("session", session.SessionId),
            ("time", LegacyText.Time(outcome.Timestamp)),
            ("api", session.ApiName),
            ("endpoint", session.ApiEndpoint),
            ("config", LegacyText.Json(outcome.Parameters)),
            ("cases", LegacyText.Json(Names(outcome, isHeldOut: false))),
            ("score", outcome.Score),
            ("metrics", LegacyText.Json(outcome.Metrics)),
            ("duration", outcome.Cases.Sum(result => result.LatencyMilliseconds)),
            ("cost", costs.Count == 0 ? null : costs.Sum()),
            ("generation", outcome.Generation),
            ("metadata", LegacyText.Json(Metadata(runId, outcome))));
    }

    private static JsonObject Metadata(string runId, ConfigurationOutcome outcome)
    {
        var metadata = new JsonObject { ["run"] = runId, ["origin"] = outcome.Origin };
        if (outcome.IsPruned)
        {
            metadata["pruned"] = true;
        }

        if (outcome.Error is { } error)
        {
            metadata["error"] = LegacyText.Storable(error);
        }

        if (Names(outcome, isHeldOut: true) is { Count: > 0 } heldOut)
        {
            metadata["held_out"] = heldOut;
        }

        return metadata;
    }

    private static JsonArray Names(ConfigurationOutcome outcome, bool isHeldOut) =>
    [
        .. outcome.Cases.Where(result => result.IsHeldOut == isHeldOut)
            .Select(result => result.TestCaseId)
            .Distinct(StringComparer.Ordinal)
            .Select(id => JsonValue.Create(id)),
    ];

    private Task WriteResultAsync(string row, ConfigurationOutcome outcome, CaseOutcome result)
    {
        const string Sql = """
            INSERT INTO test_case_results (
                result_id, run_id, test_case_id, config, score, metrics, latency_ms, cost_usd, response_text, full_response, success, error)
            VALUES (@id, @run, @case, @config, @score, @metrics, @latency, @cost, @text, @response, @success, @error)
            """;
        return connection.ExecuteAsync(
            Sql,
            cancellation,
            ("id", LegacyText.Id("result", row, result.TestCaseId, result.Repetition.ToString(CultureInfo.InvariantCulture))),
            ("run", row),
            ("case", result.TestCaseId),
            ("config", LegacyText.Json(outcome.Parameters)),
            ("score", result.Score),
            ("metrics", LegacyText.Json(result.Metrics)),
            ("latency", result.LatencyMilliseconds),
            ("cost", result.CostUsd),
            ("text", LegacyText.Storable(result.ResponseText)),
            ("response", result.Response is null ? null : LegacyText.Json(result.Response)),
            ("success", result.IsSuccess),
            ("error", LegacyText.Storable(result.Error)));
    }

    private Task WriteWinnerAsync(string row, ConfigurationOutcome outcome, string caseId, double score)
    {
        const string Sql = """
            INSERT INTO test_case_winners (
                winner_id, test_case_id, api_name, best_config, best_score, best_run_id, previous_winner_id, updated_at, improvement)
            VALUES (@id, @case, @api, @config, @score, @run, NULL, @time, @score)
            ON CONFLICT (test_case_id, api_name) DO UPDATE SET
                winner_id = excluded.winner_id, best_config = excluded.best_config, best_score = excluded.best_score,
                best_run_id = excluded.best_run_id, previous_winner_id = test_case_winners.winner_id, updated_at = excluded.updated_at,
                improvement = excluded.best_score - test_case_winners.best_score
            WHERE excluded.best_score > test_case_winners.best_score
            """;
        return connection.ExecuteAsync(
            Sql,
            cancellation,
            ("id", LegacyText.Id("winner", row, caseId)),
            ("case", caseId),
            ("api", session.ApiName),
            ("config", LegacyText.Json(outcome.Parameters)),
            ("score", score),
            ("run", row),
            ("time", LegacyText.Time(outcome.Timestamp)));
    }
}
