using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Storage;

public sealed class StoreFactoryTests
{
    private readonly HttpClient _client = new();

    private StoreFactory Factory => new(TimeProvider.System, _client, _ => null, _ => { });

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    [Test]
    public async Task CreateResultStore_OfMulti_WritesEachBackendBelowThePath()
    {
        using var directory = new TemporaryDirectory();
        await using (var store = Factory.CreateResultStore(new StorageConfig { Backend = StorageBackend.Multi, Path = directory.Path }))
        {
            await store.SaveAsync("key", JsonValue.Create(1), default);
        }

        Assert.That(directory.Entries(), Is.EqualTo(new[] { "key.json", "results.db" }));
    }

    [Test]
    public async Task CreateLegacyStore_WritesTheFileOfTheConfiguration()
    {
        using var directory = new TemporaryDirectory();
        var legacy = new LegacyConfig { SqlitePath = directory.Combine("data", "legacy.db") };
        await using (var store = Factory.CreateLegacyStore(legacy, new StorageConfig()))
        {
            await store.OpenSessionAsync(Outcomes.Session(), default);
        }

        Assert.That(File.Exists(legacy.SqlitePath));
    }

    [TestCase(StorageBackend.PostgreSql, null, "storage.connection_env")]
    [TestCase(StorageBackend.PostgreSql, "DATABASE_URL", "DATABASE_URL is not set")]
    [TestCase(StorageBackend.Convex, null, "storage.url")]
    [TestCase(StorageBackend.Convex, "ftp://example.test", "storage.url: ftp://example.test")]
    [TestCase(StorageBackend.Convex, "https://example.test", "CONVEX_KEY is not set")]
    public void CreateResultStore_WithoutWhatItNeeds_NamesTheKey(StorageBackend backend, string? setting, string expected)
    {
        var config = new StorageConfig
        {
            Backend = backend,
            ConnectionEnvironment = setting,
            Url = setting,
            TokenEnvironment = "CONVEX_KEY",
        };
        Assert.That(() => Factory.CreateResultStore(config), Throws.TypeOf<StorageException>().With.Message.Contains(expected));
    }
}
