using System.Data.Common;
using System.Globalization;
using Convergence.Foundation.Files;
using Microsoft.Data.Sqlite;

namespace Convergence.Optimization.Storage.Databases;

/// <summary>
/// A SQLite database in a file, which several processes may use at once: readers do not wait for a writer (write-ahead log), and writers
/// wait for each other up to half a minute.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private const int BusySeconds = 30;

    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private readonly string _path;

    /// <param name="path">The file; it and its directory are made where they are missing.</param>
    /// <param name="schema">As for <see cref="Database"/>.</param>
    public SqliteDatabase(string path, string schema) : base(schema) => _path = Path.GetFullPath(path);

    protected override async Task<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        SQLitePCL.Batteries_V2.Init();
        MakeDirectory();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            DefaultTimeout = BusySeconds,

            // A connection in a pool would keep the file open.
            Pooling = false,
        }.ToString());
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);

            // Some file systems know no write-ahead log: SQLite then stays with its journal, which is as safe.
            await connection.ExecuteAsync("PRAGMA journal_mode = WAL", cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A transaction of Microsoft.Data.Sqlite takes the right to write when it begins.
    protected override Task LockSchemaAsync(DbConnection connection, CancellationToken cancellation) => Task.CompletedTask;

    protected override string Dialect(string schema) => schema;

    protected override string Describe(DbException exception) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        Busy or Locked => string.Create(
            CultureInfo.InvariantCulture,
            $"{_path}: another program has held the database for more than {BusySeconds} seconds. Close it, or name another file."),
        ReadOnly => $"{_path}: may not be written. Change its permissions, or name another file.",
        Full => $"{_path}: the disk is full. Make room.",
        CannotOpen => $"{_path}: cannot be opened. Check that file and directory may be read and written.",
        NotADatabase => $"{_path}: is not a SQLite database. Name another file, or move it away.",
        _ => $"{_path}: {exception.Message} If another program made the file, name another one.",
    };

    private void MakeDirectory()
    {
        var directory = Path.GetDirectoryName(_path)!;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var problem = PathProblem.OfDirectory(directory) ?? $"{directory}: cannot be made: {exception.Message} Name another directory.";
            throw new StorageException(problem, exception);
        }
    }
}
