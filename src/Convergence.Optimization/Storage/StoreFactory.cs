using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Storage;

/// <summary>Makes the stores that a configuration names. Secrets come from the environment variables that it names.</summary>
public sealed class StoreFactory
{
    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly Func<string, string?> _environment;
    private readonly Action<string> _tell;

    /// <param name="time">The clock.</param>
    /// <param name="client">Sends to Convex; it belongs to the caller and outlives the stores.</param>
    /// <param name="environment">Finds environment variables.</param>
    /// <param name="tell">Hears what a person should know: stores that fail, values that are passed over.</param>
    public StoreFactory(TimeProvider time, HttpClient client, Func<string, string?> environment, Action<string> tell)
    {
        _time = time;
        _client = client;
        _environment = environment;
        _tell = tell;
    }

    /// <summary>The store of results.</summary>
    /// <exception cref="StorageException">An address, or the environment variable of a secret, is missing or bad.</exception>
    public IResultStore CreateResultStore(StorageConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Backend == StorageBackend.Multi
            ? new MultiResultStore(
                [.. config.Backends.Distinct().Select(backend => Create(backend, config))], _time, config.IsCached, _tell)
            : Create(config.Backend, config);
    }

    /// <summary>The history across runs: in PostgreSQL where results are, else in the SQLite file of <c>legacy.sqlite_path</c>.</summary>
    /// <inheritdoc cref="CreateResultStore"/>
    public ILegacyStore CreateLegacyStore(LegacyConfig legacy, StorageConfig storage)
    {
        ArgumentNullException.ThrowIfNull(legacy);
        ArgumentNullException.ThrowIfNull(storage);
        return storage.Backend == StorageBackend.PostgreSql
            ? new PostgreSqlLegacyStore(ConnectionString(storage), storage.ConnectionEnvironment!, _time)
            : new SqliteLegacyStore(legacy.SqlitePath, _time);
    }

    private IResultStore Create(StorageBackend backend, StorageConfig config) => backend switch
    {
        StorageBackend.Sqlite => new SqliteResultStore(DatabasePath(config.Path), _time, _tell),
        StorageBackend.File => new FileResultStore(IsDatabase(config.Path) ? Path.ChangeExtension(config.Path, null) : config.Path, _time),
        StorageBackend.Memory => new MemoryResultStore(),
        StorageBackend.PostgreSql => new PostgreSqlResultStore(ConnectionString(config), config.ConnectionEnvironment!, _time, _tell),
        StorageBackend.Convex => new ConvexResultStore(_client, Deployment(config), Token(config)),
        StorageBackend.Multi => throw new StorageException(
            "storage.backends: multi cannot hold multi. Name sqlite, file, memory, postgresql or convex."),
        _ => throw new ArgumentOutOfRangeException(nameof(backend), backend, message: null),
    };

    // storage.path may name the database itself, as of the original, or the directory for it.
    private static string DatabasePath(string path) => IsDatabase(path) ? path : Path.Combine(path, "results.db");

    private static bool IsDatabase(string path) =>
        Path.GetExtension(path) is ".db" or ".sqlite" or ".sqlite3" && !Directory.Exists(path);

    private string ConnectionString(StorageConfig config) => Secret(
        config.ConnectionEnvironment ?? throw new StorageException(
            "storage.connection_env: is missing. Name the environment variable that holds the connection string of PostgreSQL."),
        "storage.connection_env",
        "the connection string of PostgreSQL, as Host=...;Username=...;Password=...;Database=...");

    private string? Token(StorageConfig config) => config.TokenEnvironment is { } variable
        ? Secret(variable, "storage.token_env", "the deploy key of the Convex deployment")
        : null;

    private string Secret(string variable, string key, string meaning) => _environment(variable) is { Length: > 0 } secret
        ? secret
        : throw new StorageException($"{key}: the environment variable {variable} is not set. Set it to {meaning}.");

    private static Uri Deployment(StorageConfig config) =>
        Uri.TryCreate(config.Url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? address
            : throw new StorageException(
                $"storage.url: {config.Url ?? "is missing"}: must be the address of a Convex deployment, "
                + "as https://happy-animal-123.convex.cloud.");
}
