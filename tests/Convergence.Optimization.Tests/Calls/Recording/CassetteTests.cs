using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;

namespace Convergence.Optimization.Tests.Calls.Recording;

public sealed class CassetteTests
{
    private string _path = null!;

    [SetUp]
    public void SetUp() => _path = Path.Combine(Directory.CreateTempSubdirectory("cassette-").FullName, "calls.jsonl");

    [TearDown]
    public void TearDown() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Test]
    public async Task Open_KeptAnswers_AreAllThere()
    {
        var failed = new ApiAnswer(
            500, null, new CallFailure(CallFailureKind.Server, "HTTP 500: \"x\"\n"), TimeSpan.FromMilliseconds(12.5), 4);
        await FillAsync(3, failed);

        using var cassette = Open();

        Assert.That(cassette.Count, Is.EqualTo(4));
        var answer = cassette.Find(Request(1))!;
        Assert.That((int?)answer.Body!["i"], Is.EqualTo(1));
        var failure = cassette.Find(Request(100))!;
        Assert.That(failure, Is.EqualTo(failed));
    }

    [TestCase(19029540)]
    [TestCase(19923519)]
    [TestCase(3)]
    public void Line_OfALatency_GivesItBackToTheTick(long ticks)
    {
        var line = CassetteLine.Write("digest", new ApiAnswer(200, null, null, TimeSpan.FromTicks(ticks), 1));
        Assert.That(CassetteLine.TryRead(System.Text.Encoding.UTF8.GetBytes(line), out _, out var answer));
        Assert.That(answer.Latency.Ticks, Is.EqualTo(ticks));
    }

    [Test]
    public async Task Open_CutShortAnywhere_LosesTheLastAnswerOnly()
    {
        await FillAsync(3);
        var bytes = File.ReadAllBytes(_path);
        var lastLine = Array.LastIndexOf(bytes, (byte)'\n', bytes.Length - 2) + 1;
        for (var length = lastLine; length < bytes.Length; length++)
        {
            File.WriteAllBytes(_path, bytes[..length]);
            using (var cassette = Open())
            {
                Assert.That(cassette.Count, Is.EqualTo(2), $"{length} of {bytes.Length} bytes");
                await cassette.KeepAsync(Request(2), Answer(2));
            }

            Assert.That(File.ReadAllBytes(_path), Is.EqualTo(bytes));
        }
    }

    [Test]
    public async Task Open_DamagedInTheMiddle_NamesTheLine()
    {
        await FillAsync(3);
        var lines = File.ReadAllLines(_path);
        File.WriteAllText(_path, $"{lines[0]}\n{lines[1][..20]}\n{lines[2]}\n");

        Assert.That(Open, Throws.TypeOf<CassetteException>().With.Message.Contains("calls.jsonl:2:"));
    }

    [Test]
    public void Open_InUse_IsRefused()
    {
        using var first = Open();

        Assert.That(Open, Throws.TypeOf<CassetteException>().With.Message.Contains("another run"));
    }

    [Test]
    public async Task Open_LinesLongerThanTheBuffer_AreRead()
    {
        var large = new ApiAnswer(200, JsonValue.Create(new string('x', 300_000)), null, TimeSpan.Zero, 1);
        using (var cassette = Open())
        {
            await cassette.KeepAsync(Request(1), large);
            await cassette.KeepAsync(Request(2), Answer(2));
        }

        using var again = Open();
        Assert.That(((string?)again.Find(Request(1))!.Body)!.Length, Is.EqualTo(300_000));
        Assert.That(again.Count, Is.EqualTo(2));
    }

    private Cassette Open() => Cassette.Open(_path, new SecretRedactor());

    private async Task FillAsync(int count, ApiAnswer? last = null)
    {
        using var cassette = Open();
        for (var i = 0; i < count; i++)
        {
            await cassette.KeepAsync(Request(i), Answer(i));
        }

        if (last is not null)
        {
            await cassette.KeepAsync(Request(100), last);
        }
    }

    private static ApiAnswer Answer(int i) => new(200, new JsonObject { ["i"] = i }, null, TimeSpan.FromMilliseconds(i), 1);

    private static ApiRequest Request(int i) => new()
    {
        Method = HttpMethod.Post,
        Endpoint = new Uri("http://localhost/"),
        Body = new JsonObject { ["i"] = i },
    };
}
