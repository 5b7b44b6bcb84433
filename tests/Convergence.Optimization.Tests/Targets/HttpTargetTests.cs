using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Tests.Calls;

namespace Convergence.Optimization.Tests.Targets;

/// <summary>A configuration's API, called over a real connection.</summary>
public sealed class HttpTargetTests
{
    private const string Chat = """
        {"choices": [{"message": {"content": "Dakar"}}], "usage": {"prompt_tokens": 1000000, "completion_tokens": 500000}}
        """;

    [Test]
    public async Task Call_Model_IsPaidAtItsPrice()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, Chat));
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(Configs.Of(Api(server)), run.Services);

        var answer = await target.CallAsync(Configs.Map("""{"model": "gpt-4o-mini-2024-07-18"}"""), Configs.Case(), 0, default);

        Assert.That(answer.CostUsd, Is.EqualTo(.45).Within(1e-12));
        Assert.That(run.Ledger.Dollars, Is.EqualTo(.45m));
    }

    [Test]
    public async Task Call_OwnPrice_ComesBeforeTheShippedOne()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, Chat));
        using var run = new RunFixture();
        var prices = ImmutableSortedDictionary<string, TokenPrice>.Empty.Add("gpt-4o", new TokenPrice(1, 2)).Add("*", new TokenPrice(8, 0));
        await using var target = TargetFactory.Create(Configs.Of(Api(server) with { Prices = prices }), run.Services);

        var named = await target.CallAsync(Configs.Map("""{"model": "gpt-4o"}"""), Configs.Case(), 0, default);
        var other = await target.CallAsync(Configs.Map("""{"model": "our-own"}"""), Configs.Case(), 0, default);

        Assert.That((named.CostUsd, other.CostUsd), Is.EqualTo((2.0, 8.0)));
    }

    [Test]
    public void Forecast_MaxTokens_BoundsTheCost()
    {
        using var run = new RunFixture();
        var target = TargetFactory.Create(
            Configs.Of(new ApiConfig { Name = "x", Endpoint = "https://api.openai.com/v1/chat/completions" }), run.Services);

        var forecast = target.Forecast(Configs.Map("""{"model": "gpt-4o-mini", "max_tokens": 1000000}"""), Configs.Case());
        var unpriced = target.Forecast(Configs.Map("""{"model": "unheard-of", "max_tokens": 10}"""), Configs.Case());

        Assert.That(forecast.MostDollars, Is.GreaterThan(.6m).And.LessThan(.6001m));
        Assert.That(forecast.LikelyDollars, Is.GreaterThan(0).And.LessThan(.001m));
        Assert.That((forecast.HasPrice, unpriced.HasPrice), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Call_ModelsRegistry_GoesToTheModelsAddressInItsFormat()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
            LoopbackServer.Json(context, $$"""{"path": "{{context.Request.Path}}", "output": [{}]}"""));
        using var run = new RunFixture();
        var api = new ApiConfig
        {
            Name = "registry",
            Models = [new ModelEndpoint("a", $"{server.Address}v1/messages"), new ModelEndpoint("b", $"{server.Address}v1/responses")],
        };
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services);

        var answer = await target.CallAsync(Configs.Map("""{"model": "b"}"""), Configs.Case(), 0, default);

        Assert.That((string?)answer.Result!["path"], Is.EqualTo("/v1/responses"));
        Assert.That(
            async () => await target.CallAsync(Configs.Map("""{"model": "bb"}"""), Configs.Case(), 0, default),
            Throws.TypeOf<TargetException>().With.Message.Contains("api.models").And.Message.Contains("Did you mean"));
    }

    [Test]
    public async Task Call_UnsupportedParameter_IsLearntOncePerModel()
    {
        var withTemperature = 0;
        await using var server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            if (body.ContainsKey("temperature"))
            {
                withTemperature++;
                await LoopbackServer.Json(context, """
                    {"error": {"message": "Unsupported value: 'temperature' does not support 0.2 with this model.",
                     "param": "temperature", "code": "unsupported_value"}}
                    """, 400);
                return;
            }

            await LoopbackServer.Json(context, Chat);
        });
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(Configs.Of(Api(server)), run.Services);

        var first = await target.CallAsync(Configs.Map("""{"model": "m", "temperature": 0.2}"""), Configs.Case(), 0, default);
        var second = await target.CallAsync(Configs.Map("""{"model": "m", "temperature": 0.9}"""), Configs.Case(), 0, default);

        Assert.That((first.Answer.IsSuccess, second.Answer.IsSuccess, second.IsReplayed), Is.EqualTo((true, true, false)));
        Assert.That((withTemperature, server.Count), Is.EqualTo((1, 2)));
        Assert.That(
            target.Unsent(Configs.Map("""{"model": "m", "temperature": 0.9, "max_tokens": 5}"""), Configs.Case()),
            Is.EqualTo(new[] { "temperature" }));
        Assert.That(target.Unsent(Configs.Map("""{"model": "other", "temperature": 0.9}"""), Configs.Case()), Is.Empty);
        Assert.That(run.Notes.Single(), Does.Contain("temperature"));
    }

    [TestCase("""{"error": {"message": "temperature must be at most 2", "param": "temperature", "code": "invalid_value"}}""")]
    [TestCase("""{"error": {"message": "Invalid parameter 'temperature': must be between 0 and 1"}}""")]
    [TestCase("""{"error": {"message": "Supported values are: 0 and 1.", "code": "unsupported_value", "param": "temperature"}}""")]
    [TestCase("""{"error": {"message": "Unsupported parameter: 'other' is not supported with this model.", "param": "other"}}""")]
    [TestCase("""{"error": {"message": "Unknown parameter: 'model'.", "param": "model", "code": "unknown_parameter"}}""")]
    public async Task Call_OtherRefusal_IsAFailure(string body)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, body, 400));
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(Configs.Of(Api(server)), run.Services);

        var answer = await target.CallAsync(Configs.Map("""{"model": "m", "temperature": 5}"""), Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Rejected));
        Assert.That(server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Call_ResponseFields_SayHowItWent()
    {
        await using var server = await LoopbackServer.StartAsync((context, number) => LoopbackServer.Json(context, number == 1
            ? """{"ok": true, "data": {"value": [1]}, "error": null}"""
            : """{"ok": false, "error": "no such user"}"""));
        using var run = new RunFixture();
        var api = new ApiConfig
        {
            Name = "plain",
            Endpoint = server.Address.AbsoluteUri,
            Response = new ResponseConfig { SuccessField = "ok", ResultField = "data.value", ErrorField = "error" },
        };
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services);

        var good = await target.CallAsync(Configs.Map("""{"a": 1}"""), Configs.Case(), 0, default);
        var bad = await target.CallAsync(Configs.Map("""{"a": 2}"""), Configs.Case(), 0, default);

        Assert.That(good.Result!.ToJsonString(), Is.EqualTo("[1]"));
        Assert.That(bad.Answer.Failure!.Message, Does.Contain("no such user"));
        Assert.That(bad.Result, Is.Null);
    }

    [TestCase("""{"error": {"message": "lost"}}""", 1)]
    [TestCase("""{"error": {"code": 502, "message": "lost"}}""", 4)]
    [TestCase("""{"choices": []}""", 4)]
    [TestCase("3", 4)]
    public async Task Call_FailureInASuccess_IsMissingAndAskedAgainWhereThatMayHelp(string body, int attempts)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, body));
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(Configs.Of(Api(server)), run.Services);

        var answer = await target.CallAsync(Configs.Map("""{"model": "m"}"""), Configs.Case(), 0, default);

        Assert.That((answer.Answer.IsSuccess, answer.Result, answer.CostUsd), Is.EqualTo((false, (JsonNode?)null, (double?)null)));
        Assert.That(server.Count, Is.EqualTo(attempts));
    }

    [Test]
    public async Task Call_PlainAnswerThatCannotHaveItsField_IsAskedForAgain()
    {
        await using var server = await LoopbackServer.StartAsync((context, number) =>
            LoopbackServer.Json(context, number == 1 ? "[]" : """{"value": 5}"""));
        using var run = new RunFixture();
        var api = new ApiConfig
        {
            Name = "plain",
            Endpoint = server.Address.AbsoluteUri,
            Response = new ResponseConfig { ResultField = "value" },
        };
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services);

        Assert.That((int?)(await target.CallAsync([], Configs.Case(), 0, default)).Result, Is.EqualTo(5));
    }

    [TestCase("-5")]
    [TestCase("1e40")]
    [TestCase("1e400")]
    public async Task Call_CostThatCannotBeTrue_IsNotBelieved(string cost)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
            LoopbackServer.Json(context, $$"""{"usage": {"cost": 0.5}, "cost_usd": {{cost}} }"""));
        using var run = new RunFixture();
        var api = new ApiConfig { Name = "plain", Endpoint = server.Address.AbsoluteUri };
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services);

        Assert.That((await target.CallAsync([], Configs.Case(), 0, default)).CostUsd, Is.EqualTo(.5));
    }

    [Test]
    public async Task Call_HeaderVariables_AreSentAndKeptSecret()
    {
        const string Secret = "discord-secret-token";
        await using var server = await LoopbackServer.StartAsync((context, _) =>
            LoopbackServer.Json(context, $$"""{"echo": "{{context.Request.Headers["X-Bot"]}}"}"""));
        using var run = new RunFixture(null, ("DISCORD_BOT_TOKEN", Secret));
        var headers = ImmutableSortedDictionary<string, string>.Empty.Add("X-Bot", "Bot ${DISCORD_BOT_TOKEN}");
        await using var target = TargetFactory.Create(
            Configs.Of(new ApiConfig
            {
                Name = "agent",
                Endpoint = server.Address.AbsoluteUri,
                Request = new RequestConfig { Headers = headers },
            }),
            run.Services);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);
        run.Services.Cassette.Dispose();

        Assert.That((string?)answer.Result!["echo"], Is.EqualTo("Bot [redacted]"));
        Assert.That(await File.ReadAllTextAsync(run.CassettePath), Does.Not.Contain(Secret));
    }

    [Test]
    public async Task Call_SecretsInTheFileItself_AreKeptSecret()
    {
        const string Key = "AIza-key-in-the-query";
        const string Token = "literal-token-in-a-header";
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(
            context, $$"""{"echo": "{{context.Request.Query["key"]}} {{context.Request.Headers["X-Api-Key"]}}"}"""));
        using var run = new RunFixture();
        var api = new ApiConfig
        {
            Name = "plain",
            Endpoint = $"{server.Address}?key={Key}",
            Request = new RequestConfig { Headers = ImmutableSortedDictionary<string, string>.Empty.Add("X-Api-Key", Token) },
        };
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);
        run.Services.Cassette.Dispose();

        Assert.That((string?)answer.Result!["echo"], Is.EqualTo("[redacted] [redacted]"));
        Assert.That(await File.ReadAllTextAsync(run.CassettePath), Does.Not.Contain(Key).And.Not.Contain(Token));
    }

    [Test]
    public void Create_MissingCredential_NamesVariableAndKey()
    {
        using var run = new RunFixture();
        var api = new ApiConfig
        {
            Name = "x",
            Endpoint = "https://host.invalid/",
            Auth = new AuthConfig { Type = AuthKind.Bearer, TokenEnvironment = "NO_SUCH_KEY" },
        };

        Assert.That(
            () => TargetFactory.Create(Configs.Of(api), run.Services),
            Throws.TypeOf<AuthorizationException>().With.Message.Contains("NO_SUCH_KEY").And.Message.Contains("api.auth.token_env"));
    }

    private static ApiConfig Api(LoopbackServer server) => new() { Name = "chat", Endpoint = $"{server.Address}v1/chat/completions" };
}
