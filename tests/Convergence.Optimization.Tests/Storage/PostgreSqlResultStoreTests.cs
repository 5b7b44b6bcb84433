using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

public sealed class PostgreSqlResultStoreTests : ResultStoreContract
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

    protected override IResultStore Open() => new PostgreSqlResultStore(_settings, "DATABASE_URL", TimeProvider.System, _ => { });

    [Test]
    public void Load_WithoutAServer_NamesIt_AndNotThePassword()
    {
        var store = new PostgreSqlResultStore(
            "Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Database=d;Timeout=1", "DATABASE_URL", TimeProvider.System, _ => { });
        Assert.That(
            () => store.LoadAsync("key", default),
            Throws.TypeOf<StorageException>().With.Message.Contains("127.0.0.1").And.Message.Not.Contains("hunter2"));
    }

    [Test]
    public void Create_WithABadConnectionString_NamesTheVariable_AndNotThePassword() => Assert.That(
        () => new PostgreSqlResultStore("Host=h;Password=hunter2;Wrong=1", "DATABASE_URL", TimeProvider.System, _ => { }),
        Throws.TypeOf<StorageException>().With.Message.Contains("DATABASE_URL").And.Message.Not.Contains("hunter2"));
}
