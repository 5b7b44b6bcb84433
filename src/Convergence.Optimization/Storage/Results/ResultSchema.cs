namespace Convergence.Optimization.Storage.Results;

/// <summary>The table of results, as the original makes it.</summary>
internal static class ResultSchema
{
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS storage (
            key TEXT PRIMARY KEY, value BLOB NOT NULL, serializer TEXT NOT NULL, created_at TIMESTAMP, updated_at TIMESTAMP);
        CREATE INDEX IF NOT EXISTS idx_storage_key ON storage(key);
        """;
}
