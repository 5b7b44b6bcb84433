using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Tests.Calls.Recording;

public sealed class CassetteTests
{
    private static readonly SpendEstimate Most = new(1, 100);
    private static readonly Spend Cost = new(.25m, 1, 30);

    private string _path = null!;

    [SetUp]
    public void SetUp() => _path = Path.Combine(Directory.CreateTempSubdirectory("cassette-").FullName, "calls.jsonl");

    [TearDown]
    public void TearDown() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Test]
    public async Task Open_KeptAnswers_AreAllThere()
    {
        var failed = new ApiAnswer(
            500, null, new CallFailure(CallFailureKind.Server, "HTTP 500: \"x\"\n"), TimeSpan.FromMilliseconds(12.5), 1);
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
        var answer = new ApiAnswer(200, null, null, TimeSpan.FromTicks(ticks), 1);
        var text = new CassetteLine(CassetteLineKind.Ended, 7, new Spend(.25m, 1, 30), "digest", answer).ToBytes();
        Assert.That(CassetteLine.TryRead(text.AsSpan()[..^1], out var line));
        Assert.That(line.Answer, Is.EqualTo(answer));
        Assert.That(line.Spend, Is.EqualTo(new Spend(.25m, 1, 30)));
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
                await AnswerAsync(cassette, 2);
            }

            using var again = Open();
            Assert.That((int?)again.Find(Request(2))!.Body!["i"], Is.EqualTo(2));
            Assert.That(again.Paid, Is.EqualTo(new Spend(1.75m, 4, 190)), "once at its most");
        }
    }

    [Test]
    public async Task Open_DamagedInTheMiddle_NamesTheLine()
    {
        await FillAsync(3);
        var lines = File.ReadAllLines(_path);
        File.WriteAllText(_path, $"{lines[0]}\n{lines[1][..20]}\n{lines[2]}\n");

        Assert.That(() => Open(), Throws.TypeOf<CassetteException>().With.Message.Contains("calls.jsonl:2:"));
    }

    [Test]
    public void Open_InUse_IsRefused()
    {
        using var first = Open();

        Assert.That(() => Open(), Throws.TypeOf<CassetteException>().With.Message.Contains("another run"));
    }

    [Test]
    public async Task Open_LinesLongerThanTheBuffer_AreRead()
    {
        var large = new ApiAnswer(200, JsonValue.Create(new string('x', 300_000)), null, TimeSpan.Zero, 1);
        using (var cassette = Open())
        {
            await AnswerAsync(cassette, 1, large);
            await AnswerAsync(cassette, 2);
        }

        using var again = Open();
        Assert.That(((string?)again.Find(Request(1))!.Body)!.Length, Is.EqualTo(300_000));
        Assert.That(again.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Open_CallsCutOff_ArePaidAtTheirMostEvenWhenAnsweredLater()
    {
        for (var process = 0; process < 2; process++)
        {
            using var cassette = Open();
            await CutOffAsync(cassette, 1);
        }

        using (var cassette = Open())
        {
            Assert.That(cassette.Paid, Is.EqualTo(new Spend(2, 2, 200)));
            await AnswerAsync(cassette, 1);
        }

        using var last = Open();
        Assert.That(last.Paid, Is.EqualTo(new Spend(2.25m, 3, 230)));
        Assert.That(last.Unanswered, Is.EqualTo(new Spend(2, 2, 200)));
    }

    [Test]
    public async Task Open_AnAttemptThatTimedOut_IsPaidBesideTheAnswer()
    {
        using (var cassette = Open())
        {
            await cassette.AnswerAsync(Request(1), paid =>
            {
                paid.Send(Most);
                paid.Send(Most);
                paid.Settle(Cost);
                return Task.FromResult(Answer(1) with { Attempts = 2 });
            }, default);
        }

        using var again = Open();
        Assert.That(again.Paid, Is.EqualTo(new Spend(1.25m, 2, 130)));
        Assert.That(again.Find(Request(1))!.Attempts, Is.EqualTo(2));
    }

    [TestCase(CallFailureKind.Unauthorized)]
    [TestCase(CallFailureKind.QuotaExhausted)]
    public async Task Open_RefusalsThatAreNotKept_ArePaidAsTheyWere(CallFailureKind kind)
    {
        using (var cassette = Open())
        {
            await AnswerAsync(cassette, 1, new ApiAnswer(401, null, new CallFailure(kind, "no"), TimeSpan.Zero, 1));
            Assert.That(cassette.Find(Request(1)), Is.Null);
        }

        using var again = Open();
        Assert.That((again.Paid, again.Count), Is.EqualTo((Cost, 0)));
    }

    [Test]
    public async Task Open_AfterAnOutage_ForgetsFailuresAndWhatTheyCostNot()
    {
        await FillAsync(1, new ApiAnswer(500, null, new CallFailure(CallFailureKind.Server, "x"), TimeSpan.Zero, 1));

        using var cassette = Open(CassetteUse.AfterOutage);

        Assert.That((cassette.Count, cassette.Paid.Calls), Is.EqualTo((1, 2L)));
    }

    [Test]
    public async Task Open_ForANewRun_TakesAnswersAndPaysForItsOwnCallsAlone()
    {
        await FillAsync(2);
        using (var cassette = Open(CassetteUse.NewRun))
        {
            Assert.That((cassette.Count, cassette.Paid), Is.EqualTo((2, default(Spend))));
            await AnswerAsync(cassette, 2);
        }

        using var resumed = Open();
        Assert.That((resumed.Count, resumed.Paid), Is.EqualTo((3, Cost)));
    }

    [Test]
    public async Task Open_ANewRunThatWasKilled_MakesFormerFailuresAgainAsItWouldHave()
    {
        await FillAsync(1, new ApiAnswer(500, null, new CallFailure(CallFailureKind.Server, "x"), TimeSpan.Zero, 1));
        using (var cassette = Open(CassetteUse.NewRun))
        {
            await CutOffAsync(cassette, 7);
        }

        using var resumed = Open();
        Assert.That((resumed.Count, resumed.Paid), Is.EqualTo((1, Most.OfOneCall)));
    }

    [Test]
    public void Answer_ACallThatThrewAfterAnAttempt_IsPaidAndHasNoAnswer()
    {
        using (var cassette = Open())
        {
            Assert.That(async () => await cassette.AnswerAsync(Request(1), paid =>
            {
                paid.Send(Most);
                paid.Settle(Cost);
                throw new BudgetExhaustedException("The limit");
            }, default), Throws.TypeOf<BudgetExhaustedException>());
        }

        using var again = Open();
        Assert.That((again.Paid, again.Unanswered, again.Count), Is.EqualTo((Cost, default(Spend), 0)));
    }

    private Cassette Open(CassetteUse use = CassetteUse.SameRun) => Cassette.Open(_path, new SecretRedactor(), use);

    // What a kill in the middle of a call leaves behind.
    private static async Task CutOffAsync(Cassette cassette, int i)
    {
        var never = new TaskCompletionSource<ApiAnswer>();
        var sent = new TaskCompletionSource();
        _ = cassette.AnswerAsync(Request(i), paid =>
        {
            paid.Send(Most);
            sent.SetResult();
            return never.Task;
        }, default);
        await sent.Task;
    }

    private static Task<RecordedAnswer> AnswerAsync(Cassette cassette, int i, ApiAnswer? answer = null) =>
        cassette.AnswerAsync(Request(i), paid =>
        {
            paid.Send(Most);
            paid.Settle(Cost);
            return Task.FromResult(answer ?? Answer(i));
        }, default);

    private async Task FillAsync(int count, ApiAnswer? last = null)
    {
        using var cassette = Open();
        for (var i = 0; i < count; i++)
        {
            await AnswerAsync(cassette, i);
        }

        if (last is not null)
        {
            await AnswerAsync(cassette, 100, last);
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
