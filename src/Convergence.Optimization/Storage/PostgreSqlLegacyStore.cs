using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Storage.Legacy;

namespace Convergence.Optimization.Storage;

/// <summary>The history of runs in PostgreSQL, in the same tables: for runs on several machines.</summary>
/// <param name="connectionString">As Npgsql reads it. A secret: it is never written.</param>
/// <param name="source">What messages call the connection string, as the environment variable that holds it.</param>
/// <param name="time">The clock.</param>
/// <exception cref="StorageException">The connection string cannot be read.</exception>
public sealed class PostgreSqlLegacyStore(string connectionString, string source, TimeProvider time)
    : SqlLegacyStore(new PostgreSqlDatabase(connectionString, source, LegacySchema.Tables), time);
