using System.Data;
using System.Data.Common;

namespace Convergence.Optimization.Storage.Databases;

/// <summary>
/// One connection to a database, opened when it is first needed and used by one caller at a time. Statements are written once for all
/// databases; <see cref="Dialect"/> gives a schema the types of this one.
/// </summary>
internal abstract class Database : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _schema;
    private DbConnection? _connection;

    /// <param name="schema">Statements that make the tables where they are missing, in the types of SQLite.</param>
    protected Database(string schema) => _schema = schema;

    /// <summary>Reads or writes outside of a transaction.</summary>
    /// <exception cref="StorageException">The database cannot be reached, read or written.</exception>
    public Task<T> UseAsync<T>(Func<DbConnection, Task<T>> use, CancellationToken cancellation) => GuardAsync(use, cancellation);

    /// <summary>Writes all of something or nothing of it.</summary>
    /// <inheritdoc cref="UseAsync"/>
    public Task WriteAsync(Func<DbConnection, Task> write, CancellationToken cancellation) =>
        GuardAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
                await write(connection).ConfigureAwait(false);
                await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _gate.Dispose();
    }

    /// <summary>Opens a connection and makes it ready.</summary>
    protected abstract Task<DbConnection> OpenAsync(CancellationToken cancellation);

    /// <summary>Keeps other processes from making the tables at the same moment, until the transaction ends.</summary>
    protected abstract Task LockSchemaAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>A schema in the types of this database.</summary>
    protected abstract string Dialect(string schema);

    /// <summary>What a person should know of a failure, beginning with the database's name.</summary>
    protected abstract string Describe(DbException exception);

    private async Task<T> GuardAsync<T>(Func<DbConnection, Task<T>> use, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await use(await ConnectionAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (DbException exception)
        {
            throw new StorageException(Describe(exception), exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    // A server that went away and came back is connected to anew.
    private async Task<DbConnection> ConnectionAsync(CancellationToken cancellation)
    {
        if (_connection is { State: not ConnectionState.Open } broken)
        {
            _connection = null;
            await broken.DisposeAsync().ConfigureAwait(false);
        }

        return _connection ??= await MakeReadyAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<DbConnection> MakeReadyAsync(CancellationToken cancellation)
    {
        var connection = await OpenAsync(cancellation).ConfigureAwait(false);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await LockSchemaAsync(connection, cancellation).ConfigureAwait(false);
            await connection.ExecuteAsync(Dialect(_schema), cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
