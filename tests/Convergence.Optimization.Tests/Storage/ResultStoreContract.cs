using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>What every store of results does.</summary>
public abstract class ResultStoreContract
{
    private static readonly string[] AwkwardKeys =
    [
        "optimization:best_config:groq", "optimization:history:gröq:2026-03-01T10:00:00.000000", "../../etc/passwd", "a_b%", ".hidden",
        new('k', 400), "with \"quotes\" and\nlines",
    ];

    /// <summary>A new store over the test's own place, the same one for each call within a test.</summary>
    protected abstract IResultStore Open();

    [TestCaseSource(nameof(AwkwardKeys))]
    public async Task Save_UnderAnyKey_IsLoadedAndListed(string key)
    {
        await using var store = Open();
        var value = JsonNode.Parse("""{"$ref":[1,2.5,null,true],"_id":"Grüße \u0000 \uD83D\uDE00","empty":{}}""")!;
        await store.SaveAsync(key, value, default);

        Assert.That((await store.LoadAsync(key, default))?.ToJsonString(), Is.EqualTo(value.ToJsonString()));
        Assert.That(await store.ListAsync(string.Empty, default), Is.EqualTo(new[] { key }));
    }

    [Test]
    public async Task Save_Again_TakesThePlace()
    {
        await using var store = Open();
        await store.SaveAsync("key", JsonValue.Create(1), default);
        await store.SaveAsync("key", JsonValue.Create("two"), default);
        Assert.That((string?)await store.LoadAsync("key", default), Is.EqualTo("two"));
    }

    [Test]
    public async Task Save_OfALargeValue_KeepsItWhole()
    {
        await using var store = Open();
        var value = new JsonArray([.. Enumerable.Range(0, 20_000).Select(index => (JsonNode?)JsonValue.Create($"Lösung {index} €"))]);
        await store.SaveAsync("large", value, default);
        Assert.That((await store.LoadAsync("large", default))!.ToJsonString(), Is.EqualTo(value.ToJsonString()));
    }

    [Test]
    public async Task Load_OfWhatIsNotThere_GivesNothing()
    {
        await using var store = Open();
        Assert.That(await store.LoadAsync("nothing", default), Is.Null);
    }

    [Test]
    public async Task Delete_RemovesOneKey_AndNothingWhereThereIsNone()
    {
        await using var store = Open();
        await store.SaveAsync("a", JsonValue.Create(1), default);
        await store.SaveAsync("b", JsonValue.Create(2), default);
        await store.DeleteAsync("a", default);
        await store.DeleteAsync("a", default);
        Assert.That(await store.LoadAsync("a", default), Is.Null);
        Assert.That(await store.ListAsync(string.Empty, default), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task List_TakesPrefixesLiterally_InOrdinalOrder()
    {
        await using var store = Open();
        foreach (var key in new[] { "a_2", "a_10", "aX3", "A_1", "b" })
        {
            await store.SaveAsync(key, JsonValue.Create(key), default);
        }

        Assert.That(await store.ListAsync("a_", default), Is.EqualTo(new[] { "a_10", "a_2" }));
    }

    [Test]
    public async Task Load_GivesAValueOfItsOwn()
    {
        await using var store = Open();
        var value = new JsonObject { ["x"] = 1 };
        await store.SaveAsync("key", value, default);
        value["x"] = 2;
        (await store.LoadAsync("key", default))!["x"] = 3;
        Assert.That((int)(await store.LoadAsync("key", default))!["x"]!, Is.EqualTo(1));
    }
}
