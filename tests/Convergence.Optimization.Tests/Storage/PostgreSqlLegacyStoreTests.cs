using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

public sealed class PostgreSqlLegacyStoreTests : LegacyStoreContract
{
    private PostgreSqlCluster? _cluster;
    private string _settings = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await PostgreSqlCluster.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [SetUp]
    public async Task MakeSchemaAsync() => _settings = await _cluster!.NewSchemaAsync();

    protected override ILegacyStore Open() => new PostgreSqlLegacyStore(_settings, "DATABASE_URL", TimeProvider.System);
}
