using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Storage;

public sealed class FileResultStoreTests : ResultStoreContract
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    protected override IResultStore Open() => new FileResultStore(_directory.Combine("results"), TimeProvider.System);

    [Test]
    public async Task Save_WritesOneReadableFile_InsideItsDirectory()
    {
        await using var store = Open();
        await store.SaveAsync("../best:groq", new JsonObject { ["model"] = "é" }, default);

        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "results" }));
        var file = Directory.GetFiles(_directory.Combine("results")).Single();
        Assert.That(Path.GetFileName(file), Is.EqualTo("%2E.%2Fbest%3Agroq.json"));
        Assert.That(File.ReadAllText(file), Does.Contain("""
            "key":"../best:groq"
            """).And.Contain("""
            "value":{"model":"é"}
            """));
    }

    [Test]
    public async Task Load_OfADamagedFile_NamesIt()
    {
        await using var store = Open();
        await store.SaveAsync("key", JsonValue.Create(1), default);
        var file = _directory.Combine("results", "key.json");
        File.WriteAllText(file, "{\"key\":");
        Assert.That(() => store.LoadAsync("key", default), Throws.TypeOf<StorageException>().With.Message.Contains(file));
    }
}
