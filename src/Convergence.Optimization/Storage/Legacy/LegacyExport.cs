using System.Data.Common;
using System.Globalization;
using System.Text;
using Convergence.Foundation.Files;
using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Storage.Legacy;

/// <summary>The tables as CSV files, as the original writes them: lines end in CR LF, fields are quoted where they need it.</summary>
internal sealed class LegacyExport(DbConnection connection, string directory, CancellationToken cancellation)
{
    public async Task WriteWinnersAsync(string apiName)
    {
        const string Sql = """
            SELECT test_case_id, api_name, best_config, best_score, updated_at FROM test_case_winners
            WHERE api_name = @api ORDER BY test_case_id
            """;
        var rows = await connection.QueryAsync(
            Sql,
            reader => new[] { reader.Text(0), reader.Text(1), reader.Text(2), Fixed(reader.Number(3)), reader.Text(4) },
            cancellation,
            ("api", apiName)).ConfigureAwait(false);
        Write($"winners_{apiName}.csv", ["test_case_id", "api_name", "best_config", "best_score", "updated_at"], rows);
    }

    public async Task WriteAuditAsync(string sessionId)
    {
        const string Sql = """
            SELECT r.timestamp, r.session_id, r.run_id, r.api_name, t.test_case_id, t.config, t.score, t.success
            FROM test_case_results t JOIN runs r ON t.run_id = r.run_id
            WHERE r.session_id = @session ORDER BY r.timestamp, r.run_id, t.test_case_id, t.result_id
            """;
        var rows = await connection.QueryAsync(
            Sql,
            reader => new[]
            {
                reader.Text(0), reader.Text(1), reader.Text(2), reader.Text(3), reader.Text(4), reader.Text(5), Exact(reader.Number(6)),
                reader.IsDBNull(7) ? null : reader.GetBoolean(7) ? "1" : "0",
            },
            cancellation,
            ("session", sessionId)).ConfigureAwait(false);
        string[] columns = ["timestamp", "session_id", "run_id", "api_name", "test_case_id", "config", "score", "success"];
        Write($"audit_{sessionId}.csv", columns, rows);
    }

    private static string? Fixed(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture);

    private static string? Exact(double? value) => value is { } number ? PythonText.Of(number) : null;

    private void Write(string name, IEnumerable<string> columns, IEnumerable<IEnumerable<string?>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(columns))
        {
            text.AppendJoin(',', row.Select(Quote)).Append("\r\n");
        }

        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var problem = PathProblem.OfDirectory(directory) ?? $"{directory}: cannot be made: {exception.Message} Name another directory.";
            throw new StorageException(problem, exception);
        }

        // The names of APIs and sessions are free text.
        AtomicFile.WriteAllText(Path.Combine(directory, SafeName.Of(name)), text.ToString());
    }

    private static string Quote(string? field) =>
        field is null ? string.Empty
        : field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field;
}
