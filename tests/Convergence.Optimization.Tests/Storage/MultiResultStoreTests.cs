using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

public sealed class MultiResultStoreTests : ResultStoreContract
{
    private readonly List<string> _told = [];

    [SetUp]
    public void Forget() => _told.Clear();

    protected override IResultStore Open() => Multi(TimeProvider.System, new BrokenResultStore(), new MemoryResultStore());

    [Test]
    public async Task Save_WritesAllStores_AndTellsOfThoseThatFail()
    {
        var (first, last) = (new MemoryResultStore(), new MemoryResultStore());
        await using var store = Multi(TimeProvider.System, first, new BrokenResultStore(), last);
        await store.SaveAsync("key", JsonValue.Create(1), default);

        Assert.That((int?)await first.LoadAsync("key", default), Is.EqualTo(1));
        Assert.That((int?)await last.LoadAsync("key", default), Is.EqualTo(1));
        Assert.That(_told, Has.One.Contains("was not saved").And.Contains("broken store: is away."));
    }

    [Test]
    public async Task Load_ReadsInOrder_UntilOneHasTheValue()
    {
        var (first, last) = (new MemoryResultStore(), new MemoryResultStore());
        await first.SaveAsync("both", JsonValue.Create("first"), default);
        await last.SaveAsync("both", JsonValue.Create("last"), default);
        await last.SaveAsync("one", JsonValue.Create("last"), default);
        await using var store = Multi(TimeProvider.System, first, last);

        Assert.That((string?)await store.LoadAsync("both", default), Is.EqualTo("first"));
        Assert.That((string?)await store.LoadAsync("one", default), Is.EqualTo("last"));
        Assert.That(_told, Is.Empty);
    }

    [Test]
    public void Load_WhereAllFail_SaysWhy()
    {
        var store = Multi(TimeProvider.System, new BrokenResultStore(), new BrokenResultStore());
        Assert.That(
            () => store.LoadAsync("key", default), Throws.TypeOf<StorageException>().With.Message.Contains("broken store: is away."));
    }

    [Test]
    public async Task Load_WithinFiveMinutes_ComesFromMemory()
    {
        var clock = new SetClock();
        var behind = new MemoryResultStore();
        await using var store = Multi(clock, behind);
        await store.SaveAsync("key", JsonValue.Create("mine"), default);
        await behind.SaveAsync("key", JsonValue.Create("another process's"), default);

        clock.Now += TimeSpan.FromSeconds(299);
        Assert.That((string?)await store.LoadAsync("key", default), Is.EqualTo("mine"));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.That((string?)await store.LoadAsync("key", default), Is.EqualTo("another process's"));
    }

    [Test]
    public async Task Save_OfMoreThanTenThousandValues_ForgetsTheOldest()
    {
        var behind = new MemoryResultStore();
        await using var store = Multi(TimeProvider.System, behind);
        for (var index = 0; index <= 10_000; index++)
        {
            await store.SaveAsync($"key{index}", JsonValue.Create("mine"), default);
        }

        await behind.SaveAsync("key0", JsonValue.Create("another process's"), default);
        await behind.SaveAsync("key1", JsonValue.Create("another process's"), default);
        Assert.That((string?)await store.LoadAsync("key0", default), Is.EqualTo("another process's"));
        Assert.That((string?)await store.LoadAsync("key2", default), Is.EqualTo("mine"));
    }

    private MultiResultStore Multi(TimeProvider time, params IResultStore[] stores) => new(stores, time, isCached: true, _told.Add);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Outcomes.Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
