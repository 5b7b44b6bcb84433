namespace Convergence.Optimization.Configuration;

/// <summary>Kinds of storage.</summary>
public enum StorageBackend
{
    Sqlite,
    File,
    Memory,
    PostgreSql,
    Convex,
    Multi,
}
