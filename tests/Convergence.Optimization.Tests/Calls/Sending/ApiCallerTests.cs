using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Tests.Calls.Sending;

public sealed class ApiCallerTests
{
    private const string Answer = """{"text": "hi", "usage": {"prompt_tokens": 10, "completion_tokens": 20}}""";

    [Test]
    public async Task Call_SameRequest_IsSentOnceAndPaidOnce()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, Answer));

        var first = await fixture.CallAsync("""{"a": 1, "b": [2]}""");
        var second = await fixture.CallAsync("""{"b": [2], "a": 1}""");

        Assert.That(JsonNode.DeepEquals(second.Body, first.Body), Is.True);
        Assert.That(second.Latency, Is.EqualTo(first.Latency).Within(TimeSpan.FromMicroseconds(1)));
        Assert.That(fixture.Server.Count, Is.EqualTo(1));
        Assert.That(fixture.Ledger.Dollars, Is.EqualTo(50 / 1_000_000m));
        Assert.That(fixture.Ledger.Tokens, Is.EqualTo(30));
    }

    [Test]
    public async Task Call_SameRequestFromManyTasks_IsSentOnce()
    {
        await using var fixture = await CallFixture.StartAsync(async (context, _) =>
        {
            await Task.Delay(30);
            await LoopbackServer.Json(context, Answer);
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.RecordAsync(fixture.Request("""{"a": 1}"""))));

        Assert.That(fixture.Server.Count, Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.IsReplayed), Is.EqualTo(19));
        Assert.That(fixture.Ledger.Calls, Is.EqualTo(1));
    }

    [Test]
    public async Task Call_AnswerOfAnEarlierProcess_IsGivenAndCountsAgainstTheLimits()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, Answer));
        await fixture.CallAsync();
        fixture.Cassette.Dispose();
        using var cassette = Cassette.Open(fixture.CassettePath, new SecretRedactor());
        using var client = HttpClients.Create(1);
        var ledger = new SpendLedger(new SpendLimits(Calls: 1), TimeProvider.System);
        ledger.Charge(cassette.Paid);
        var caller = new ApiCaller(
            client, NoAuthorization.Instance, cassette, ledger, new SendOptions(), TimeProvider.System, () => .5);

        for (var i = 0; i < 2; i++)
        {
            var recorded = await caller.CallAsync(fixture.Request("""{"a": 1}"""), default, new TokenPrice(1, 2), default);
            Assert.That(recorded.IsReplayed, Is.True);
        }

        Assert.That((ledger.Calls, ledger.Dollars, ledger.Tokens), Is.EqualTo((1L, 50 / 1_000_000m, 30L)));
        Assert.That(
            async () => await caller.CallAsync(fixture.Request("{}"), default, null, default), Throws.TypeOf<BudgetExhaustedException>());
    }

    [TestCase("""{"cost_usd": 0.25, "usage": {"prompt_tokens": 10, "completion_tokens": 20}}""", 30)]
    [TestCase("""{"cost_usd": 0.25}""", 100, Description = "at most")]
    public async Task Call_AnswerThatSaysWhatItCost_IsBookedByIt(string body, long tokens)
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, body));

        var recorded = await fixture.RecordAsync(fixture.Request("""{"a": 1}"""));

        Assert.That(recorded.Spent, Is.EqualTo(new Spend(.25m, 1, tokens)));
        Assert.That((fixture.Ledger.Dollars, fixture.Ledger.Tokens), Is.EqualTo((.25m, tokens)));
    }

    [Test]
    public async Task Call_Repetition_IsSentAgain()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, Answer));

        await fixture.CallAsync(repetition: 0);
        await fixture.CallAsync(repetition: 1);

        Assert.That(fixture.Server.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Call_MoreThanTheBudgetAllows_IsNotSent()
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => LoopbackServer.Json(context, Answer),
            limits: new SpendLimits(Calls: 5),
            options: new SendOptions { Workers = 16 });

        var calls = Enumerable.Range(0, 16).Select(i => fixture.CallAsync($$"""{"i": {{i}}}""")).ToList();
        await Task.WhenAll(calls.Select(call => call.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.That(calls.Count(call => call.Exception?.InnerException is BudgetExhaustedException), Is.EqualTo(11));
        Assert.That(fixture.Server.Count, Is.EqualTo(5));
    }

    [Test]
    public async Task Call_Bearer_SendsTheTokenAndKeepsItOutOfTheCassette()
    {
        const string Token = "sk-very-secret-token";
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => LoopbackServer.Json(context, $$"""{"echo": "{{context.Request.Headers.Authorization}}"}"""),
            HeaderAuthorization.Bearer(Token));

        var answer = await fixture.CallAsync();
        fixture.Cassette.Dispose();

        Assert.That((string?)answer.Body!["echo"], Is.EqualTo($"Bearer {SecretRedactor.Replacement}"));
        Assert.That(await File.ReadAllTextAsync(fixture.CassettePath), Does.Not.Contain(Token));
    }

    [Test]
    public async Task Call_ExpiredToken_AsksForANewOneOnce()
    {
        using var tokenClient = HttpClients.Create(1);
        var tokens = 0;
        await using var issuer = await LoopbackServer.StartAsync((context, number) =>
            LoopbackServer.Json(context, $$"""{"access_token": "token-{{tokens = number}}", "expires_in": 3600}"""));
        using var credentials = new ClientCredentials(tokenClient, issuer.Address, "id", "secret-of-the-client", null, TimeProvider.System);
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => context.Request.Headers.Authorization == "Bearer token-2"
                ? LoopbackServer.Json(context, Answer)
                : LoopbackServer.Json(context, "{}", 401),
            credentials);

        var answer = await fixture.CallAsync();

        Assert.That(answer.IsSuccess, Is.True);
        Assert.That(tokens, Is.EqualTo(2));
    }

    [Test]
    public async Task Call_WrongKey_IsNotTriedAgain()
    {
        await using var fixture = await CallFixture.StartAsync(
            (context, _) => LoopbackServer.Json(context, "{}", 401), HeaderAuthorization.ApiKey("x-api-key", "a-wrong-key"));

        Assert.That((await fixture.CallAsync()).Failure!.Kind, Is.EqualTo(CallFailureKind.Unauthorized));
        Assert.That(fixture.Server.Count, Is.EqualTo(1));
        Assert.That(fixture.Cassette.Count, Is.Zero, "The run may go on once the key is mended.");
    }

    [Test]
    public async Task Call_Get_SendsTheBodyAsAQuery()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) =>
            LoopbackServer.Json(context, $$"""{"q": "{{context.Request.Query["q"]}}", "n": "{{context.Request.Query["n"]}}"}"""));

        var answer = await fixture.CallAsync(fixture.Request("""{"q": "a b&c", "n": 2}""") with { Method = HttpMethod.Get });

        Assert.That((string?)answer.Body!["q"], Is.EqualTo("a b&c"));
        Assert.That((string?)answer.Body["n"], Is.EqualTo("2"));
    }

    [Test]
    public async Task Call_CancelledUnderWay_IsAnsweredAndKept()
    {
        using var cancellation = new CancellationTokenSource();
        await using var fixture = await CallFixture.StartAsync(async (context, _) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(50);
            await LoopbackServer.Json(context, """{"ok": 1}""");
        });

        var answer = await fixture.CallAsync(cancellation: cancellation.Token);

        Assert.That((int?)answer.Body!["ok"], Is.EqualTo(1));
        Assert.That(fixture.Cassette.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Call_CancelledWhileItFails_IsNotTriedAgain()
    {
        using var cancellation = new CancellationTokenSource();
        await using var fixture = await CallFixture.StartAsync(async (context, _) =>
        {
            await cancellation.CancelAsync();
            await LoopbackServer.Json(context, "{}", 500);
        });

        Assert.That(async () => await fixture.CallAsync(cancellation: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(fixture.Server.Count, Is.EqualTo(1));
        Assert.That(fixture.Cassette.Count, Is.Zero);
    }

    [Test]
    public async Task Call_CancelledBefore_IsNotSent()
    {
        await using var fixture = await CallFixture.StartAsync((context, _) => LoopbackServer.Json(context, "{}"));

        Assert.That(
            async () => await fixture.CallAsync(cancellation: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(fixture.Server.Count, Is.Zero);
    }
}
