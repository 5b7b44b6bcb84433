using System.Data.Common;
using System.Globalization;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Storage.Legacy;

namespace Convergence.Optimization.Storage;

/// <summary>
/// The history of runs in a database. Safe for use by many tasks and, as far as the database is, by many processes: each configuration is
/// one transaction.
/// </summary>
public abstract class SqlLegacyStore : ILegacyStore
{
    private readonly Database _database;
    private readonly TimeProvider _time;

    private protected SqlLegacyStore(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    public Task OpenSessionAsync(LegacySession session, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        const string Sql = """
            INSERT INTO sessions (session_id, name, api_name, api_endpoint, created_at, updated_at, config_fingerprint, metadata)
            VALUES (@id, @name, @api, @endpoint, @now, @now, @fingerprint, '{}')
            ON CONFLICT (session_id) DO UPDATE SET updated_at = excluded.updated_at
            """;
        return _database.WriteAsync(
            connection => connection.ExecuteAsync(
                Sql,
                cancellation,
                ("id", session.SessionId),
                ("name", session.Name),
                ("api", session.ApiName),
                ("endpoint", session.ApiEndpoint),
                ("now", LegacyText.Time(_time.GetUtcNow())),
                ("fingerprint", session.Fingerprint)),
            cancellation);
    }

    public Task<int> LastGenerationAsync(string sessionId, CancellationToken cancellation) => _database.UseAsync(
        async connection =>
        {
            var last = await connection.QueryAsync(
                "SELECT MAX(generation) FROM runs WHERE session_id = @session",
                reader => reader.IsDBNull(0) ? 0 : Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture),
                cancellation,
                ("session", sessionId)).ConfigureAwait(false);
            return last[0];
        },
        cancellation);

    public Task<IReadOnlyList<ScoredParameters>> WarmStartAsync(string sessionId, int count, CancellationToken cancellation) =>
        _database.UseAsync(
            async connection => WarmStart.Choose(
                await RowsAsync(connection, "r.session_id = @name", sessionId, cancellation).ConfigureAwait(false), count),
            cancellation);

    public Task<IReadOnlyList<ScoredParameters>> HistoryAsync(string apiName, CancellationToken cancellation) => _database.UseAsync(
        async connection =>
        {
            var rows = await RowsAsync(connection, "r.api_name = @name", apiName, cancellation).ConfigureAwait(false);
            return (IReadOnlyList<ScoredParameters>)[.. rows.Select(row => row.Configuration)];
        },
        cancellation);

    public Task RecordAsync(LegacySession session, string runId, ConfigurationOutcome outcome, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(outcome);
        return _database.WriteAsync(
            connection => new LegacyWriter(connection, session, cancellation).WriteAsync(runId, outcome), cancellation);
    }

    public Task ExportAsync(
        LegacySession session, string directory, IReadOnlyCollection<string> formats, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        return _database.UseAsync(
            async connection =>
            {
                var export = new LegacyExport(connection, directory, cancellation);
                if (formats.Contains("winners_only"))
                {
                    await export.WriteWinnersAsync(session.ApiName).ConfigureAwait(false);
                }

                if (formats.Contains("full_audit"))
                {
                    await export.WriteAuditAsync(session.SessionId).ConfigureAwait(false);
                }

                return true;
            },
            cancellation);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _database.DisposeAsync();
    }

    private static async Task<List<LegacyRow>> RowsAsync(
        DbConnection connection, string condition, string name, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync(
            LegacyRow.Query.Replace("{0}", condition, StringComparison.Ordinal), LegacyRow.TryRead, cancellation, ("name", name))
            .ConfigureAwait(false);
        return [.. rows.OfType<LegacyRow>()];
    }
}
