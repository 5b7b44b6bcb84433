using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Storage;

public sealed class SqliteLegacyStoreTests : LegacyStoreContract
{
    private TemporaryDirectory _directory = null!;

    private string File => _directory.Combine("data", "legacy.db");

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    protected override ILegacyStore Open() => new SqliteLegacyStore(File, TimeProvider.System);

    [Test]
    public async Task WarmStart_FromADatabaseOfTheOriginal_TakesTheBestMean()
    {
        Directory.CreateDirectory(_directory.Combine("data"));
        PythonProgram.Run(OriginalPrograms.Write, File);
        await using var store = await OpenSessionAsync();

        var start = await store.WarmStartAsync(Session.SessionId, 10, default);

        Assert.Multiple(() =>
        {
            Assert.That(start.Select(former => (string?)former.Parameters["model"]), Is.EqualTo(new[] { "b", "a" }));
            Assert.That(start[0].Score, Is.EqualTo(0.8).Within(1e-12));
            Assert.That(start[1].Score, Is.EqualTo(0.5).Within(1e-12));
            Assert.That(start[0].Origin, Is.Null);
        });
        Assert.That(await store.LastGenerationAsync(Session.SessionId, default), Is.EqualTo(4));
    }

    [Test]
    public async Task Record_IntoADatabaseOfTheOriginal_IsReadByIt()
    {
        Directory.CreateDirectory(_directory.Combine("data"));
        PythonProgram.Run(OriginalPrograms.Write, File);
        await using (var store = await OpenSessionAsync())
        {
            var outcome = Outcomes.Of(7, """{"temperature":0.25}""", 0.9) with { Generation = 5, Cases = [Outcomes.Case("t2", 0.9)] };
            await store.RecordAsync(Session, "run", outcome, default);
        }

        var read = JsonNode.Parse(PythonProgram.Run(OriginalPrograms.Read.Replace(
            "FROM test_case_results", "FROM test_case_results WHERE full_response IS NOT NULL", StringComparison.Ordinal), File))!;
        Assert.Multiple(() =>
        {
            Assert.That((int)read["generation"]!, Is.EqualTo(6));
            Assert.That(read["winners"]![1]!.ToJsonString(), Does.StartWith("""["t2",{"temperature":0.25},0.9,7,0.09999"""));
        });
    }

    [Test]
    public async Task Record_IntoANewDatabase_IsReadByTheOriginal()
    {
        await using (var store = await OpenSessionAsync())
        {
            await store.RecordAsync(Session, "run", Outcomes.Of(3, """{"model":"é"}""", 0.5, 0.75) with { Generation = 2 }, default);
        }

        var read = JsonNode.Parse(PythonProgram.Run(OriginalPrograms.Read, File))!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)read["session"], Is.EqualTo("groq_3fab3b2c4e63"));
            Assert.That((string?)read["fingerprint"], Is.EqualTo("3fab3b2c4e63"));
            Assert.That((int)read["generation"]!, Is.EqualTo(3));
            Assert.That(read["metadata"]!.AsObject(), Is.Empty);
            Assert.That(read["winners"]!.ToJsonString(), Is.EqualTo(
                """[["b",{"model":"\u00E9"},0.75,3,0.75],["a",{"model":"\u00E9"},0.5,3,0.5]]"""));
            Assert.That(read["responses"]!.AsArray().Select(text => (string?)text), Is.All.EqualTo("Grüße, \"Welt\""));
        });
    }

    [Test]
    public async Task Open_MakesTheTablesAndIndicesOfTheOriginal()
    {
        await using (await OpenSessionAsync())
        {
        }

        var mine = JsonNode.Parse(PythonProgram.Run(OriginalPrograms.Read.Replace(" + 1", " or 0", StringComparison.Ordinal), File))!;
        PythonProgram.Run(OriginalPrograms.Write, _directory.Combine("original.db"));
        var original = JsonNode.Parse(PythonProgram.Run(
            OriginalPrograms.Read.Replace("json.loads(text)['text']", "text", StringComparison.Ordinal),
            _directory.Combine("original.db")))!;
        Assert.Multiple(() =>
        {
            Assert.That(mine["columns"]!.ToJsonString(), Is.EqualTo(original["columns"]!.ToJsonString()));
            Assert.That(mine["indices"]!.ToJsonString(), Is.EqualTo(original["indices"]!.ToJsonString()));
        });
    }

    [Test]
    public void Open_OfAFileThatIsNoDatabase_NamesIt()
    {
        Directory.CreateDirectory(_directory.Combine("data"));
        System.IO.File.WriteAllText(File, new string('x', 4096));
        Assert.That(
            OpenSessionAsync,
            Throws.TypeOf<StorageException>().With.Message.Contains(File).And.Message.Contains("not a SQLite database"));
    }

    [Test]
    public void Open_BelowAFile_NamesTheDirectory()
    {
        System.IO.File.WriteAllText(_directory.Combine("data"), "x");
        Assert.That(OpenSessionAsync, Throws.TypeOf<StorageException>().With.Message.Contains(_directory.Combine("data")));
    }
}
