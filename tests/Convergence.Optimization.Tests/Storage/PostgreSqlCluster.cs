using System.Diagnostics;
using Convergence.Testing;
using Npgsql;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>
/// A PostgreSQL server of the tests' own, on a socket in a temporary folder, for as long as they run: its shell waits for the end of a
/// pipe, which comes with the end of the tests, whatever ends them.
/// </summary>
internal sealed class PostgreSqlCluster : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql";
    private const string User = "tester";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private Process? _server;
    private int _schemas;

    /// <summary>Starts a server, or skips the tests with the reason where there is none.</summary>
    public static async Task<PostgreSqlCluster> StartAsync()
    {
        var programs = Directory.Exists(Programs)
            ? Directory.EnumerateFiles(Programs, "initdb", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList()
            : [];
        if (programs.Count == 0)
        {
            Assert.Ignore($"needs PostgreSQL's initdb below {Programs} (Debian's package postgresql)");
        }

        var cluster = new PostgreSqlCluster();
        try
        {
            await cluster.StartAsync(Path.GetDirectoryName(programs[^1])!);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection string to an empty schema.</summary>
    public async Task<string> NewSchemaAsync()
    {
        var schema = $"test{Interlocked.Increment(ref _schemas)}";
        await using var connection = new NpgsqlConnection(Settings("public"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE SCHEMA {schema}", connection);
        await command.ExecuteNonQueryAsync();
        return Settings(schema);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is { } server)
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            server.Dispose();
        }

        _directory.Dispose();
    }

    private string Settings(string schema) =>
        $"Host={_directory.Path};Username={User};Database=postgres;SearchPath={schema};Timeout=5";

    private async Task StartAsync(string programs)
    {
        // The server refuses to run as root.
        var isRoot = Environment.UserName == "root";
        if (isRoot)
        {
            await Process.Start("chown", ["nobody", _directory.Path]).WaitForExitAsync();
        }

        var script = $"""
            cd '{_directory.Path}'
            '{programs}/initdb' -D data -U {User} -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || exit 1
            '{programs}/postgres' -D data -k '{_directory.Path}' -c listen_addresses= -F >>log 2>&1 </dev/null &
            server=$!
            cat
            kill -QUIT $server
            wait $server
            """;
        string[] command = isRoot ? ["runuser", "-u", "nobody", "--", "sh", "-c", script] : ["sh", "-c", script];
        _server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true })!;
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(100)))
        {
            try
            {
                await using var connection = new NpgsqlConnection(Settings("public"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (watch.Elapsed < Patience && !_server.HasExited)
            {
                // Not ready yet.
            }
            catch (NpgsqlException exception)
            {
                var log = _directory.Combine("log");
                Assert.Ignore($"PostgreSQL does not start here: {exception.Message} {(File.Exists(log) ? File.ReadAllText(log) : null)}");
            }
        }
    }
}
