using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Sending;
using Microsoft.AspNetCore.Http;

namespace Convergence.Optimization.Tests.Calls.Sending;

/// <summary>What goes wrong between a caller and a server, with a real server.</summary>
public sealed class ApiCallerFaultTests
{
    private static readonly SendOptions OneRetry = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Timeout = TimeSpan.FromSeconds(20),
        MaxRetries = 1,
    };

    private static readonly SendOptions Impatient = OneRetry with { Timeout = TimeSpan.FromMilliseconds(200) };

    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(429)]
    [TestCase(408)]
    public async Task Call_PassingFault_IsSentAgain(int status)
    {
        await using var fixture = await CallFixture.StartAsync((context, number) =>
            number < 3 ? LoopbackServer.Json(context, "{}", status) : LoopbackServer.Json(context, """{"ok": true}"""));

        var answer = await fixture.CallAsync();

        Assert.That(answer.IsSuccess, Is.True);
        Assert.That(answer.Attempts, Is.EqualTo(3));
    }

    [TestCase("""{"error": {"code": "insufficient_quota", "type": "insufficient_quota"}}""")]
    [TestCase("""{"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"violations": [{"quotaId": "RequestsPerDayPerProject"}]}]}}""")]
    public async Task Call_QuotaThatIsUsedUp_IsNotSentAgainAndNotKept(string body)
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, body, 429));

        var answer = await fixture.CallAsync();

        Assert.That(answer.Failure!.Kind, Is.EqualTo(CallFailureKind.QuotaExhausted));
        Assert.That((fixture.Server.Count, fixture.Cassette.Count), Is.EqualTo((1, 0)));
    }

    [TestCase("http://127.0.0.1:9/")]
    [TestCase("http://no-such-host.invalid/")]
    public async Task Call_WithoutAConnection_CountsAsACallAndCostsNothing(string address)
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, "{}"));

        var answer = await fixture.CallAsync(fixture.Request("{}") with { Endpoint = new Uri(address) });

        Assert.That(answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Connection));
        Assert.That((fixture.Ledger.Calls, fixture.Ledger.Dollars, fixture.Ledger.Tokens), Is.EqualTo((4L, 0m, 0L)));
    }

    [TestCase(500, CallFailureKind.Server)]
    [TestCase(429, CallFailureKind.RateLimited)]
    public async Task Call_LastingFault_FailsAfterAllRetries(int status, CallFailureKind kind)
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, "{\"error\": \"no\"}", status));

        var answer = await fixture.CallAsync();

        Assert.That(answer.Failure!.Kind, Is.EqualTo(kind));
        Assert.That(answer.Failure.Message, Does.Contain($"HTTP {status}").And.Contain("no"));
        Assert.That(fixture.Server.Count, Is.EqualTo(4));
    }

    [TestCase(400)]
    [TestCase(404)]
    [TestCase(422)]
    [TestCase(302)]
    public async Task Call_Refused_IsNotSentAgainAndKeepsTheReason(int status)
    {
        await using var fixture = await CallFixture.StartAsync((context, _) =>
            LoopbackServer.Json(context, """{"error": {"param": "temperature"}}""", status));

        var answer = await fixture.CallAsync();

        Assert.That(answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Rejected));
        Assert.That((string?)answer.Body!["error"]!["param"], Is.EqualTo("temperature"));
        Assert.That(fixture.Server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Call_RetryAfter_WaitsThatLong()
    {
        var times = new List<long>();
        await using var fixture = await CallFixture.StartAsync((context, number) =>
        {
            times.Add(TimeProvider.System.GetTimestamp());
            context.Response.Headers.RetryAfter = "1";
            return LoopbackServer.Json(context, "{}", number == 1 ? 429 : 200);
        });

        await fixture.CallAsync();

        Assert.That(TimeProvider.System.GetElapsedTime(times[0], times[1]), Is.GreaterThan(TimeSpan.FromSeconds(.95)));
    }

    [Test]
    public async Task Call_RetryAfterTomorrow_IsAnExhaustedQuota()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "86400";
            return LoopbackServer.Json(context, "{}", 429);
        });

        var answer = await fixture.CallAsync();

        Assert.That(answer.Failure!.Kind, Is.EqualTo(CallFailureKind.QuotaExhausted));
        Assert.That(fixture.Server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Call_HungServer_TimesOut()
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            options: Impatient);

        Assert.That((await fixture.CallAsync()).Failure!.Kind, Is.EqualTo(CallFailureKind.Timeout));
    }

    [Test]
    public async Task Call_HostThatNeverAnswered_IsNotTriedAgainForLong()
    {
        var options = Impatient with { Workers = 2, MaxRetries = 5 };
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            options: options);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => fixture.CallAsync($$"""{"i": {{i}}}""")));

        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => answer.Failure?.Kind), Has.All.EqualTo(CallFailureKind.Timeout));
            Assert.That(answers.Sum(answer => answer.Attempts), Is.LessThanOrEqualTo((2 * options.Workers) + answers.Length));
            Assert.That(fixture.Notes, Has.Exactly(1).Contains("gave no whole answer within 0.2 s"));
        });
    }

    [Test]
    public async Task Call_HostThatHasAnswered_IsTriedAsOftenAsEver()
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, number) => number == 1
                ? LoopbackServer.Json(context, "{}")
                : Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            options: Impatient with { Workers = 1, MaxRetries = 3 });
        await fixture.CallAsync("{}");

        Assert.That((await fixture.CallAsync()).Attempts, Is.EqualTo(4));
    }

    [Test]
    public async Task Call_SlowDrip_TimesOut()
    {
        await using var fixture = await CallFixture.StartAsync(
            async (context, _) =>
            {
                for (var i = 0; i < 100 && !context.RequestAborted.IsCancellationRequested; i++)
                {
                    await context.Response.WriteAsync(" ");
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(20);
                }
            },
            options: Impatient);

        Assert.That((await fixture.CallAsync()).Failure!.Kind, Is.EqualTo(CallFailureKind.Timeout));
    }

    [Test]
    public async Task Call_ConnectionBrokenOff_IsAConnectionFailure()
    {
        await using var fixture = await CallFixture.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{\"a\":");
                await context.Response.Body.FlushAsync();
                context.Abort();
            },
            options: OneRetry);

        Assert.That((await fixture.CallAsync()).Failure!.Kind, Is.EqualTo(CallFailureKind.Connection));
    }

    [TestCase("<html>maintenance</html>", "text/html")]
    [TestCase("{\"a\": ", "application/json")]
    [TestCase("", "application/json")]
    public async Task Call_NoJson_IsMalformedAndShown(string text, string type)
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) =>
            {
                context.Response.ContentType = type;
                return context.Response.WriteAsync(text);
            },
            options: OneRetry);

        var answer = await fixture.CallAsync();

        Assert.That(answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Malformed));
        Assert.That(answer.Failure.Message, Does.Contain(text));
    }

    [Test]
    public async Task Call_AnswerLargerThanAllowed_IsMalformedAndNotSentAgain()
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => LoopbackServer.Json(context, $"\"{new string('x', 5000)}\""),
            options: OneRetry with { MaxAnswerByteCount = 4096 });

        Assert.That((await fixture.CallAsync()).Failure!.Message, Does.Contain("4096 bytes"));
        Assert.That(fixture.Server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Call_NobodyListens_IsAConnectionFailure()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, "{}"), options: OneRetry);
        var request = fixture.Request("{}") with { Endpoint = new Uri("http://127.0.0.1:1/") };

        Assert.That((await fixture.CallAsync(request)).Failure!.Kind, Is.EqualTo(CallFailureKind.Connection));
    }

    [Test]
    public async Task Call_UnknownHost_IsAConnectionFailure()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, "{}"), options: OneRetry);
        var request = fixture.Request("{}") with { Endpoint = new Uri("http://host.invalid/") };

        Assert.That((await fixture.CallAsync(request)).Failure!.Kind, Is.EqualTo(CallFailureKind.Connection));
    }
}
