using System.Collections.Immutable;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Targets;
using Convergence.Testing.Providers;

namespace Convergence.Optimization.Tests.Targets;

/// <summary>Every adapter against a server that reads its provider's format as strictly as the provider does.</summary>
public sealed class ProviderTests
{
    private const string Reasoning = """{"model": "o4-mini", "temperature": 0.3, "max_tokens": 100}""";
    private const string Google = """{"model": "gemini-2.0-flash", "temperature": 0.3, "top_k": 5, "stop": ["x"]}""";
    private const string Chat = """{"model": "gpt-4o", "temperature": 0.3, "max_tokens": 100}""";

    private static readonly AuthConfig Bearer = new() { Type = AuthKind.Bearer, TokenEnvironment = "KEY" };
    private static readonly AuthConfig ApiKey = new() { Type = AuthKind.ApiKey, TokenEnvironment = "KEY" };

    // The name, the address, who calls, the parameters, and what the answer's text holds.
    private static readonly (string Name, Func<ProviderServer, string> Address, AuthConfig Auth, string Parameters, string Text)[] All =
    [
        ("openai_chat", server => server.OpenAiChat, Bearer, Chat, "Dakar"),
        ("openai_reasoning", server => server.OpenAiChat, Bearer, Reasoning, "Dakar"),
        ("openai_responses", server => server.OpenAiResponses, Bearer, Chat, "Dakar"),
        ("azure", server => server.Azure("{model}"), ApiKey, Chat, "Dakar"),
        ("groq", server => server.Groq, Bearer, """{"model": "llama-3.3-70b-versatile", "temperature": 0.3, "stop": null}""", "Dakar"),
        ("gemini", server => server.Gemini, ApiKey, Google, "Dakar"),
        ("anthropic", server => server.Anthropic, ApiKey, """{"model": "claude-sonnet-4", "temperature": 0.3, "stop": "x"}""", "Dakar"),
        ("browserbase", server => server.BrowserBase, ApiKey, """{"browser_type": "firefox", "timeout": 8000}""", "RUNNING"),
        ("agno_discord", server => server.AgentOs, new AuthConfig(), "{}", "list_channels"),
        ("plain", server => server.Plain, new AuthConfig(), """{"a": 5}""", "a is 5"),
    ];

    private static IEnumerable<string> Names => All.Select(provider => provider.Name);

    // Those that ask who calls.
    private static IEnumerable<string> NamesWithKeys =>
        All.Where(provider => provider.Auth.Type != AuthKind.None).Select(provider => provider.Name);

    [TestCaseSource(nameof(Names))]
    public async Task Call_Provider_Answers(string name)
    {
        await using var server = await ProviderServer.StartAsync();
        using var run = Run();
        var (_, address, auth, parameters, text) = All.Single(provider => provider.Name == name);
        await using var target = TargetFactory.Create(Configs.Of(Api(name, address(server), auth)), run.Services);

        var answer = await target.CallAsync(Configs.Map(parameters), Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure, Is.Null);
        Assert.That(ResponseText.Of(answer.Result), Does.Contain(text));
        Assert.That(server.Count, Is.EqualTo(1));
        if (parameters.Contains("model", StringComparison.Ordinal))
        {
            Assert.That(answer.Answer.Usage!.Value.Total, Is.GreaterThan(0));
            Assert.That(answer.CostUsd, Is.GreaterThan(0));
        }
    }

    [TestCaseSource(nameof(NamesWithKeys))]
    public async Task Call_WrongKey_IsRefusedAndItsKeyIsShownNowhere(string name)
    {
        var (_, address, auth, parameters, _) = All.Single(provider => provider.Name == name);
        const string Wrong = "sk-a-wrong-key-that-is-secret";
        await using var server = await ProviderServer.StartAsync();
        using var run = new RunFixture(null, ("KEY", Wrong), ("BROWSERBASE_PROJECT_ID", "project"));
        await using var target = TargetFactory.Create(Configs.Of(Api(name, address(server), auth)), run.Services);

        var answer = await target.CallAsync(Configs.Map(parameters), Configs.Case(), 0, default);
        run.Services.Cassette.Dispose();

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(Optimization.Calls.CallFailureKind.Unauthorized));
        Assert.That(answer.Answer.Failure.Message, Does.Not.Contain(Wrong));
        Assert.That(await File.ReadAllTextAsync(run.CassettePath), Does.Not.Contain(Wrong));
    }

    [Test]
    public async Task Call_Parameters_MakeAnswersBetterAndWorse()
    {
        await using var server = await ProviderServer.StartAsync();
        using var run = Run();
        await using var target = TargetFactory.Create(Configs.Of(Api("chat", server.OpenAiChat, Bearer)), run.Services);

        var right = new int[2];
        for (var i = 0; i < 40; i++)
        {
            for (var side = 0; side < 2; side++)
            {
                var parameters = Configs.Map($$"""{"model": "gpt-4o", "temperature": {{(side == 0 ? "0.3" : "1.6")}}}""");
                var answer = await target.CallAsync(parameters, Configs.Case($$"""{"prompt": "Question {{i}}?"}"""), 0, default);
                right[side] += ResponseText.Of(answer.Result).Contains($"Question {i}", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        Assert.That(right[0], Is.GreaterThan(right[1] + 10));
    }

    [Test]
    public async Task Call_ModelThatRefusesSampling_IsLearntParameterByParameter()
    {
        await using var server = await ProviderServer.StartAsync();
        using var run = Run();
        await using var target = TargetFactory.Create(Configs.Of(Api("chat", server.OpenAiChat, Bearer)), run.Services);

        var answer = await target.CallAsync(
            Configs.Map("""{"model": "thinker-1", "temperature": 0.3, "top_p": 0.5}"""), Configs.Case(), 0, default);

        Assert.That(answer.Answer.IsSuccess, Is.True);
        Assert.That(run.Notes, Has.Exactly(1).Contains("temperature").And.Exactly(1).Contains("top_p"));
    }

    [Test]
    public async Task Call_AgentWithABotToken_GivesWhatTheEvaluatorReads()
    {
        await using var server = await ProviderServer.StartAsync();
        using var run = Run();
        var config = Configs.Of(Api("discord_agent", server.Agent, new AuthConfig()) with
        {
            Endpoint = null,
            Request = new RequestConfig { Headers = ImmutableSortedDictionary<string, string>.Empty.Add("X-Bot-Token", "${KEY}") },
        });
        config = config with { Agent = new AgentConfig { Models = [new ModelEndpoint("small", server.Agent)] } };
        await using var target = TargetFactory.Create(config, run.Services);

        var answer = await target.CallAsync(Configs.Map("""{"model": "small"}"""), Configs.Case(), 0, default);

        Assert.That((string?)answer.Result!["tool_calls"]![0]!["function"], Is.EqualTo("list_channels"));
        Assert.That((string?)answer.Result["final_response"], Does.Contain("general"));
    }

    [Test]
    public async Task Call_AgentOs_GivesTheSameShape()
    {
        await using var server = await ProviderServer.StartAsync();
        using var run = Run();
        await using var target = TargetFactory.Create(Configs.Of(Api("agno_discord", server.AgentOs, new AuthConfig())), run.Services);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That((string?)answer.Result!["tool_results"]![0]![0]!["name"], Is.EqualTo("general"));
        Assert.That((int?)answer.Result["tokens_used"]!["total"], Is.EqualTo(60));
        Assert.That((double?)answer.Result["latency_seconds"], Is.EqualTo(.5));
        Assert.That(answer.Answer.Usage!.Value.Total, Is.EqualTo(60));
    }

    private static RunFixture Run() => new(null, ("KEY", ProviderServer.Key), ("BROWSERBASE_PROJECT_ID", "project"));

    private static ApiConfig Api(string name, string endpoint, AuthConfig auth) => new() { Name = name, Endpoint = endpoint, Auth = auth };
}
