using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Storage;

public sealed class SqliteResultStoreTests : ResultStoreContract
{
    // The original's table, with a value of each of its two kinds: argument 1 is the file.
    private const string Original = """
        import json, pickle, sqlite3, sys
        db = sqlite3.connect(sys.argv[1])
        db.execute('''CREATE TABLE storage (key TEXT PRIMARY KEY, value BLOB NOT NULL, serializer TEXT NOT NULL,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)''')
        value = {'temperature': 0.5}
        db.execute('INSERT INTO storage (key, value, serializer) VALUES (?, ?, ?)', ('plain', json.dumps(value).encode('utf-8'), 'json'))
        db.execute('INSERT INTO storage (key, value, serializer) VALUES (?, ?, ?)', ('pickled', pickle.dumps(value), 'pickle'))
        db.commit()
        """;

    private const string Read = """
        import json, sqlite3, sys
        rows = sqlite3.connect(sys.argv[1]).execute('SELECT key, value, serializer, created_at, updated_at FROM storage ORDER BY key')
        print(json.dumps([[key, json.loads(value.decode('utf-8')), serializer, created, updated]
            for key, value, serializer, created, updated in rows]))
        """;

    private TemporaryDirectory _directory = null!;
    private List<string> _told = null!;

    private string File => _directory.Combine("results.db");

    [SetUp]
    public void MakeDirectory() => (_directory, _told) = (new TemporaryDirectory(), []);

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    protected override IResultStore Open() => new SqliteResultStore(File, TimeProvider.System, _told.Add);

    [Test]
    public async Task Load_FromTheOriginal_ReadsJsonAndPassesPicklesOver()
    {
        PythonProgram.Run(Original, File);
        await using var store = Open();

        Assert.That((await store.LoadAsync("plain", default))?.ToJsonString(), Is.EqualTo("""{"temperature":0.5}"""));
        Assert.That(await store.LoadAsync("pickled", default), Is.Null);
        Assert.That(_told, Has.One.Contains("pickled").And.Contains("pickle"));
    }

    [Test]
    public async Task Save_IsReadByTheOriginal()
    {
        PythonProgram.Run(Original, File);
        await using (var store = Open())
        {
            await store.SaveAsync("pickled", new JsonObject { ["x"] = "é" }, default);
            await store.DeleteAsync("plain", default);
        }

        Assert.That(PythonProgram.Run(Read, File), Does.Match(
            """^\[\["pickled", \{"x": "\\u00e9"\}, "json", "[-0-9]{10} [:0-9]{8}", "[-0-9]{10} [:0-9]{8}"\]\]"""));
    }
}
