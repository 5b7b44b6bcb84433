using Convergence.Optimization.Storage.Databases;
using Convergence.Optimization.Storage.Results;

namespace Convergence.Optimization.Storage;

/// <summary>Results in a SQLite file.</summary>
/// <param name="path">The file; it is made where it is missing.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Hears of values that are passed over.</param>
public sealed class SqliteResultStore(string path, TimeProvider time, Action<string> tell)
    : SqlResultStore(new SqliteDatabase(path, ResultSchema.Tables), time, tell);
