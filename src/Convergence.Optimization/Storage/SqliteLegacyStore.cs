using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Storage.Legacy;

namespace Convergence.Optimization.Storage;

/// <summary>The history of runs in a SQLite file, as the original keeps it: either reads the other's.</summary>
/// <param name="path">The file; it is made where it is missing.</param>
/// <param name="time">The clock.</param>
public sealed class SqliteLegacyStore(string path, TimeProvider time)
    : SqlLegacyStore(new SqliteDatabase(path, LegacySchema.Tables), time);
