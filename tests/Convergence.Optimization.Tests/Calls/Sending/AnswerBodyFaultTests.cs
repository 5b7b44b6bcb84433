using System.Text;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Microsoft.AspNetCore.Http;

namespace Convergence.Optimization.Tests.Calls.Sending;

/// <summary>Bodies that servers should not send: each ends as an answer or as a failure that is kept, whatever its bytes are.</summary>
public sealed class AnswerBodyFaultTests
{
    private static readonly SendOptions OneRetry = new() { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetries = 1 };

    [TestCase("""{"a": 1, "a": 2}""", "", "\"a\" twice")]
    [TestCase("""{"text": "\ud83d"}""", "", "no Unicode")]
    [TestCase("null", "", "nothing")]
    [TestCase("no gzip", "gzip", "unpacked")]
    [TestCase("no brotli", "br", "unpacked")]
    [TestCase("no deflate", "deflate", "unpacked")]
    public async Task Call_UnsoundBody_IsMalformedAndKept(string text, string encoding, string told)
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) =>
            {
                context.Response.Headers.ContentEncoding = encoding;
                return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
            },
            options: OneRetry);

        var answer = await fixture.CallAsync();

        Assert.That(answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Malformed));
        Assert.That(answer.Failure.Message, Does.Contain(told));
        Assert.That((fixture.Server.Count, fixture.Cassette.Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task Call_UnpackableRefusal_IsStillARefusal()
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) =>
            {
                context.Response.StatusCode = 404;
                context.Response.Headers.ContentEncoding = "gzip";
                return context.Response.WriteAsync("no gzip");
            },
            options: OneRetry);

        Assert.That((await fixture.CallAsync()).Failure!.Kind, Is.EqualTo(CallFailureKind.Rejected));
    }

    [Test]
    public async Task Call_IncredibleCountsOfTokens_AreNotBelieved()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(
            context, """{"usage": {"prompt_tokens": 9000000000000000000, "completion_tokens": 9000000000000000000}}"""));

        var answer = await fixture.CallAsync();

        Assert.That(answer.Usage, Is.Null);
        Assert.That(fixture.Ledger.Tokens, Is.EqualTo(100));
    }

    [Test]
    public async Task Call_Redirection_CostsNothing()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, "{}", 302));

        await fixture.CallAsync();

        Assert.That((fixture.Ledger.Dollars, fixture.Ledger.Tokens), Is.EqualTo((0m, 0L)));
    }

    /// <summary>A sound answer with bytes changed, cut out and repeated at random.</summary>
    [Test]
    public async Task Call_RandomlyDamagedBodies_AreAnswersOrFailuresThatCanBeReadAgain()
    {
        const int Calls = 400;
        var sound = Encoding.UTF8.GetBytes(
            """{"text": "caf\u00e9 \ud83d\ude00 é", "cost_usd": 1.5, "usage": {"prompt_tokens": 5, "completion_tokens": 1e0}}""");
        var random = new SearchRandom(7);
        var bodies = Enumerable.Range(0, Calls).Select(_ => Damaged(sound, random)).ToArray();
        await using var fixture = await CallFixture.StartAsync(
            (context, number) => context.Response.Body.WriteAsync(bodies[number - 1]).AsTask(),
            options: new SendOptions { MaxRetries = 0 });

        for (var call = 0; call < Calls; call++)
        {
            await fixture.CallAsync(repetition: call);
        }

        fixture.Cassette.Dispose();
        using var cassette = Cassette.Open(fixture.CassettePath, new SecretRedactor());
        var kept = Enumerable.Range(0, Calls).Select(call => cassette.Find(fixture.Request("""{"a": 1}""", call))!).ToArray();
        Assert.That(kept.Count(answer => answer.IsSuccess), Is.InRange(20, Calls - 20), "The damage is too little or too much.");
        Assert.That(kept, Has.None.Matches<ApiAnswer>(answer => answer!.IsSuccess == (answer.Body is null)));
    }

    private static byte[] Damaged(byte[] sound, SearchRandom random)
    {
        var bytes = sound.ToList();
        for (var damage = 1 + random.Next(2); damage > 0; damage--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(place);
                    break;
                default:
                    bytes.InsertRange(place, bytes.GetRange(place, Math.Min(12, bytes.Count - place)));
                    break;
            }
        }

        return [.. bytes];
    }
}
