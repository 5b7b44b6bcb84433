using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>Where results of runs are kept for other programs (key <c>storage</c>, or <c>society.storage</c>).</summary>
public sealed record StorageConfig
{
    /// <value>Default <see cref="StorageBackend.Sqlite"/>.</value>
    public StorageBackend Backend { get; init; } = StorageBackend.Sqlite;

    /// <value>The backends of <see cref="StorageBackend.Multi"/>, written all, read in order.</value>
    public ImmutableArray<StorageBackend> Backends { get; init; } = [StorageBackend.Sqlite, StorageBackend.File];

    /// <value>The directory of files and databases, absolute; default <c>data/optimization</c> beside the configuration.</value>
    public string Path { get; init; } = System.IO.Path.GetFullPath("data/optimization");

    /// <value>PostgreSQL: the environment variable that holds the connection string.</value>
    public string? ConnectionEnvironment { get; init; }

    /// <value>Convex: the deployment's address.</value>
    public string? Url { get; init; }

    /// <value>Convex: the environment variable of its key.</value>
    public string? TokenEnvironment { get; init; }

    public bool IsCached { get; init; } = true;
}
