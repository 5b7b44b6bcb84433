using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;
using Convergence.Optimization.Tests.Calls;

namespace Convergence.Optimization.Tests.Storage;

public sealed class ConvexResultStoreTests : ResultStoreContract
{
    private const string DeployKey = "prod:happy-animal-123|c2VjcmV0";

    private readonly HttpClient _client = new();
    private ConvexServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await ConvexServer.StartAsync($"Convex {DeployKey}");

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    protected override IResultStore Open() => new ConvexResultStore(_client, _server.Address, DeployKey);

    [Test]
    public async Task Load_WithAUsersToken_SendsItAsBearer()
    {
        await using var server = await ConvexServer.StartAsync("Bearer eyJhbGciOi");
        await using var store = new ConvexResultStore(_client, server.Address, "eyJhbGciOi");
        Assert.That(await store.LoadAsync("key", default), Is.Null);
    }

    [Test]
    public void Save_WithTheWrongKey_SaysWhatConvexSays_AndNotTheKey()
    {
        var store = new ConvexResultStore(_client, _server.Address, "prod:other|hunter2");
        Assert.That(
            () => store.SaveAsync("key", JsonValue.Create(1), default),
            Throws.TypeOf<StorageException>().With.Message.Contains("401").And.Message.Contains("Could not verify the token")
                .And.Message.Not.Contains("hunter2"));
    }

    [Test]
    public async Task Load_FromADeploymentWithoutTheFunctions_NamesThem()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(
            context, """{"status":"error","errorMessage":"Could not find public function for 'convergence:load'."}""", 560));
        await using var store = new ConvexResultStore(_client, server.Address, token: null);
        Assert.That(
            () => store.LoadAsync("key", default),
            Throws.TypeOf<StorageException>().With.Message.Contains("convergence:load").And.Message.Contains("docs/formats/storage.md"));
    }

    [TestCase("<html>Bad gateway</html>")]
    [TestCase("""{"status":"success","value":7}""")]
    [TestCase("""{"status":"success","value":[7]}""")]
    [TestCase("""{"status":"success","value":["{"]}""")]
    public async Task Load_OfAnotherAnswer_IsAnError(string answer)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, answer));
        await using var store = new ConvexResultStore(_client, server.Address, token: null);
        Assert.That(() => store.LoadAsync("key", default), Throws.TypeOf<StorageException>());
    }

    [Test]
    public void Load_WithoutAServer_NamesIt()
    {
        var store = new ConvexResultStore(_client, new Uri("http://127.0.0.1:1"), token: null);
        Assert.That(() => store.LoadAsync("key", default), Throws.TypeOf<StorageException>().With.Message.Contains("127.0.0.1:1"));
    }
}
