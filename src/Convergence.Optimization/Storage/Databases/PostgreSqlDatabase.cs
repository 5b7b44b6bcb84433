using System.Data.Common;
using Npgsql;

namespace Convergence.Optimization.Storage.Databases;

/// <summary>A PostgreSQL database, which several machines may use at once.</summary>
internal sealed class PostgreSqlDatabase : Database
{
    // Any number that other programs do not use for a lock of theirs.
    private const long SchemaLock = 0x636F6E7665726765;

    private readonly NpgsqlConnectionStringBuilder _settings;

    /// <param name="connectionString">As Npgsql reads it: <c>Host=...;Username=...;Password=...;Database=...</c>.</param>
    /// <param name="source">What messages call the connection string: where it comes from.</param>
    /// <param name="schema">As for <see cref="Database"/>.</param>
    /// <exception cref="StorageException">The connection string cannot be read.</exception>
    public PostgreSqlDatabase(string connectionString, string source, string schema) : base(schema)
    {
        try
        {
            _settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Its own message may quote the string, which holds a password.
            throw new StorageException(
                $"{source}: is not a connection string of PostgreSQL. Write it as Host=...;Username=...;Password=...;Database=...");
        }
    }

    protected override async Task<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(_settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // "if not exists" alone is not safe from another process that makes the same table.
    protected override Task LockSchemaAsync(DbConnection connection, CancellationToken cancellation) =>
        connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@lock)", cancellation, ("lock", SchemaLock));

    // Texts stay texts: jsonb would change their numbers and the order of their keys.
    protected override string Dialect(string schema) => schema
        .Replace(" JSON", " TEXT", StringComparison.Ordinal)
        .Replace(" TIMESTAMP", " TEXT", StringComparison.Ordinal)
        .Replace(" REAL", " DOUBLE PRECISION", StringComparison.Ordinal)
        .Replace(" BLOB", " BYTEA", StringComparison.Ordinal);

    protected override string Describe(DbException exception) =>
        $"PostgreSQL at {_settings.Host}, database {_settings.Database ?? _settings.Username}: {exception.Message} "
        + "Check that the server runs, and that the user may make tables there.";
}
