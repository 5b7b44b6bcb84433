using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Storage.Results;

namespace Convergence.Optimization.Storage;

/// <summary>Results in PostgreSQL.</summary>
/// <param name="connectionString">As Npgsql reads it. A secret: it is never written.</param>
/// <param name="source">What messages call the connection string, as the environment variable that holds it.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Hears of values that are passed over.</param>
/// <exception cref="StorageException">The connection string cannot be read.</exception>
public sealed class PostgreSqlResultStore(string connectionString, string source, TimeProvider time, Action<string> tell)
    : SqlResultStore(new PostgreSqlDatabase(connectionString, source, ResultSchema.Tables), time, tell);
