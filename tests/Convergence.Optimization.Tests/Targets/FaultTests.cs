using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Targets;
using Convergence.Testing.Providers;
using Convergence.Testing.Providers.Faults;

namespace Convergence.Optimization.Tests.Targets;

/// <summary>Whatever goes wrong ends as a retry that succeeds or as a failure that says what it was, and never as an answer.</summary>
public sealed class FaultTests
{
    private static readonly AuthConfig Bearer = new() { Type = AuthKind.Bearer, TokenEnvironment = "KEY" };

    [TestCase(Fault.RateLimited)]
    [TestCase(Fault.RateLimitedWithPause)]
    [TestCase(Fault.ServerError)]
    [TestCase(Fault.Unavailable)]
    [TestCase(Fault.Hang)]
    [TestCase(Fault.SlowDrip)]
    [TestCase(Fault.MalformedJson)]
    [TestCase(Fault.HalfClosed)]
    [TestCase(Fault.WrongContentType)]
    public async Task Call_FaultThatPasses_IsAnswered(Fault fault)
    {
        await using var server = await ProviderServer.StartAsync(FaultPlan.First(1, fault));
        using var run = Run();
        await using var target = Target(run, server.OpenAiChat, Bearer, timeout: fault is Fault.Hang or Fault.SlowDrip ? .5 : 20);

        var answer = await target.CallAsync(Configs.Map("""{"model": "gpt-4o"}"""), Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure, Is.Null);
        Assert.That(answer.Answer.Attempts, Is.EqualTo(2));
    }

    [TestCase(Fault.RateLimited, CallFailureKind.RateLimited)]
    [TestCase(Fault.QuotaExhausted, CallFailureKind.QuotaExhausted)]
    [TestCase(Fault.ServerError, CallFailureKind.Server)]
    [TestCase(Fault.Unavailable, CallFailureKind.Server)]
    [TestCase(Fault.Hang, CallFailureKind.Timeout)]
    [TestCase(Fault.SlowDrip, CallFailureKind.Timeout)]
    [TestCase(Fault.MalformedJson, CallFailureKind.Malformed)]
    [TestCase(Fault.HalfClosed, CallFailureKind.Connection)]
    [TestCase(Fault.WrongContentType, CallFailureKind.Malformed)]
    [TestCase(Fault.ExpiredToken, CallFailureKind.Unauthorized)]
    public async Task Call_FaultThatLasts_IsAFailureWithoutSecrets(Fault fault, CallFailureKind kind)
    {
        await using var server = await ProviderServer.StartAsync(FaultPlan.Always(fault));
        using var run = Run();
        await using var target = Target(run, server.OpenAiChat, Bearer, timeout: fault is Fault.Hang or Fault.SlowDrip ? .2 : 20);

        var answer = await target.CallAsync(Configs.Map("""{"model": "gpt-4o"}"""), Configs.Case(), 0, default);
        run.Services.Cassette.Dispose();

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(kind));
        Assert.That((answer.Result, answer.CostUsd), Is.EqualTo(((System.Text.Json.Nodes.JsonNode?)null, (double?)null)));
        Assert.That(answer.Answer.Failure.Message, Does.Not.Contain(ProviderServer.Key));
        Assert.That(await File.ReadAllTextAsync(run.CassettePath), Does.Not.Contain(ProviderServer.Key));
    }

    [Test]
    public async Task Call_StormOfRefusals_IsSatOut()
    {
        await using var server = await ProviderServer.StartAsync(FaultPlan.OneOf(3, Fault.RateLimited));
        using var run = Run();
        await using var target = Target(run, server.OpenAiChat, Bearer, workers: 16);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            target.CallAsync(Configs.Map("""{"model": "gpt-4o"}"""), Configs.Case($$"""{"prompt": "Question {{i}}"}"""), 0, default)));

        Assert.That(answers.Count(answer => answer.Answer.IsSuccess), Is.GreaterThanOrEqualTo(59));
    }

    [Test]
    public async Task Call_OAuthTokenExpires_IsRenewed()
    {
        await using var server = await ProviderServer.StartAsync(new FaultPlan(number => number == 2 ? Fault.ExpiredToken : Fault.None));
        using var run = Run();
        var auth = new AuthConfig
        {
            Type = AuthKind.OAuth,
            TokenUrl = server.Tokens,
            ClientId = "loopback",
            TokenEnvironment = "KEY",
        };
        await using var target = Target(run, server.Protected, auth);

        for (var i = 0; i < 3; i++)
        {
            var answer = await target.CallAsync(Configs.Map($$"""{"a": {{i}}}"""), Configs.Case(), 0, default);
            Assert.That(answer.Answer.Failure, Is.Null);
        }

        run.Services.Cassette.Dispose();
        Assert.That(await File.ReadAllTextAsync(run.CassettePath), Does.Not.Contain("token-loopback"));
    }

    [Test]
    public async Task Call_OAuthSecretIsWrong_IsAFailureThatSaysSo()
    {
        await using var server = await ProviderServer.StartAsync();
        using var run = new RunFixture(null, ("KEY", "not-the-secret"));
        var auth = new AuthConfig
        {
            Type = AuthKind.OAuth,
            TokenUrl = server.Tokens,
            ClientId = "loopback",
            TokenEnvironment = "KEY",
        };
        await using var target = Target(run, server.Protected, auth);

        var answer = await target.CallAsync(Configs.Map("""{"a": 1}"""), Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Unauthorized));
        Assert.That(answer.Answer.Failure.Message, Does.Contain("token").And.Not.Contain("not-the-secret"));
        Assert.That(server.Count, Is.Zero);
    }

    private static RunFixture Run() => new(null, ("KEY", ProviderServer.Key));

    private static ICallTarget Target(RunFixture run, string endpoint, AuthConfig auth, double timeout = 20, int workers = 5)
    {
        var config = Configs.Of(new ApiConfig
        {
            Name = "faulty",
            Endpoint = endpoint,
            Auth = auth,
            Request = new RequestConfig { TimeoutSeconds = timeout },
        });
        return TargetFactory.Create(config with { Optimization = config.Optimization with { ParallelWorkers = workers } }, run.Services);
    }
}
