using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Storage.Results;

namespace Convergence.Optimization.Storage;

/// <summary>
/// Results in the table <c>storage</c> of a database. Rows that the original wrote with Python's pickle can run any program when they are
/// read: they are told and passed over.
/// </summary>
public abstract class SqlResultStore : IResultStore
{
    private const string Serializer = "json";

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly Action<string> _tell;

    private protected SqlResultStore(Database database, TimeProvider time, Action<string> tell)
    {
        _database = database;
        _time = time;
        _tell = tell;
    }

    public Task SaveAsync(string key, JsonNode value, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(value);
        const string Sql = """
            INSERT INTO storage (key, value, serializer, created_at, updated_at) VALUES (@key, @value, @serializer, @now, @now)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value, serializer = excluded.serializer, updated_at = excluded.updated_at
            """;
        var bytes = Encoding.UTF8.GetBytes(StoredJson.Write(value));
        var now = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return _database.WriteAsync(
            connection => connection.ExecuteAsync(
                Sql, cancellation, ("key", key), ("value", bytes), ("serializer", Serializer), ("now", now)),
            cancellation);
    }

    public async Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation)
    {
        var rows = await _database.UseAsync(
            connection => connection.QueryAsync(
                "SELECT serializer, value FROM storage WHERE key = @key",
                reader => (Serializer: reader.Text(0), Value: reader.GetValue(1)),
                cancellation,
                ("key", key)),
            cancellation).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            return null;
        }

        if (rows[0].Serializer != Serializer)
        {
            _tell($"The stored value of {key} was written by Python ({rows[0].Serializer}) and is not read: such values can run programs. "
                + "The next value saved under this key takes its place.");
            return null;
        }

        var text = rows[0].Value as string ?? Encoding.UTF8.GetString((byte[])rows[0].Value);
        return StoredJson.Read(text, key);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation) => _database.WriteAsync(
        connection => connection.ExecuteAsync("DELETE FROM storage WHERE key = @key", cancellation, ("key", key)), cancellation);

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation)
    {
        // No LIKE: in keys, _ and % are letters like others, and capitals count.
        var keys = await _database.UseAsync(
            connection => connection.QueryAsync(
                "SELECT key FROM storage WHERE substr(key, 1, length(@prefix)) = @prefix",
                reader => reader.GetString(0),
                cancellation,
                ("prefix", prefix)),
            cancellation).ConfigureAwait(false);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _database.DisposeAsync();
    }
}
