using System.Text.Json.Nodes;
using Convergence.Testing.Providers.Endpoints;
using Convergence.Testing.Providers.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Convergence.Testing.Providers;

/// <summary>
/// All providers on this machine: a real server that speaks each one's wire format as strictly as it does itself, checks keys and fields,
/// counts tokens, answers better or worse as parameters say, and lets requests go wrong by plan.
/// </summary>
public sealed class ProviderServer : IAsyncDisposable
{
    /// <summary>The key that all providers take.</summary>
    public const string Key = "sk-loopback-0123456789abcdef";

    private readonly WebApplication _application;
    private readonly FaultPlan _faults;
    private readonly TimeSpan _latency;
    private int _count;
    private int _tokens;

    private ProviderServer(WebApplication application, FaultPlan faults, TimeSpan latency)
    {
        _application = application;
        _faults = faults;
        _latency = latency;
        Map();
    }

    /// <summary>How many requests came, those for tokens aside.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Without a slash at its end.</summary>
    public string Address => _application.Urls.Single();

    public string OpenAiChat => $"{Address}/v1/chat/completions";

    public string OpenAiResponses => $"{Address}/v1/responses";

    public string Embeddings => $"{Address}/v1/embeddings";

    public string Groq => $"{Address}/openai/v1/chat/completions";

    public string Gemini => $"{Address}/v1beta/models/{{model}}:generateContent";

    public string Anthropic => $"{Address}/v1/messages";

    public string BrowserBase => $"{Address}/v1/sessions";

    public string AgentOs => $"{Address}/agents/discord-agent/runs";

    /// <summary>An agent in the examples' form; it wants the key in <c>X-Bot-Token</c>.</summary>
    public string Agent => $"{Address}/agent";

    public string Plain => $"{Address}/plain";

    /// <summary>The plain API behind OAuth.</summary>
    public string Protected => $"{Address}/protected";

    /// <summary>Where tokens come from, for the client <c>loopback</c> and the key as its secret.</summary>
    public string Tokens => $"{Address}/oauth/token";

    /// <param name="faults">What goes wrong. Default: nothing.</param>
    /// <param name="latency">How long every answer takes. Default: no longer than it needs.</param>
    public static async Task<ProviderServer> StartAsync(FaultPlan? faults = null, TimeSpan latency = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ProviderServer(builder.Build(), faults ?? FaultPlan.None, latency);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>The chat completions of a deployment of Azure's.</summary>
    public string Azure(string deployment) => $"{Address}/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21";

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private void Map()
    {
        _application.Map("/v1/chat/completions", context => AnswerAsync(context, OpenAiEndpoints.ChatAsync));
        _application.Map("/v1/responses", context => AnswerAsync(context, OpenAiEndpoints.ResponsesAsync));
        _application.Map("/v1/embeddings", context => AnswerAsync(context, OpenAiEndpoints.EmbeddingsAsync));
        _application.Map("/openai/v1/chat/completions", context => AnswerAsync(context, OpenAiEndpoints.GroqAsync));
        _application.Map("/openai/deployments/{name}/chat/completions", context => AnswerAsync(context, AzureAsync));
        _application.Map("/v1beta/models/{name}:generateContent", context => AnswerAsync(context, GeminiAsync));
        _application.Map("/v1/messages", context => AnswerAsync(context, OtherModelEndpoints.AnthropicAsync));
        _application.Map("/v1/sessions", context => AnswerAsync(context, ServiceEndpoints.BrowserBaseAsync));
        _application.Map("/agents/{name}/runs", context => AnswerAsync(context, AgentRunAsync));
        _application.Map("/agent", context => AnswerAsync(context, ServiceEndpoints.AgentAsync));
        _application.Map("/plain", context => AnswerAsync(context, ServiceEndpoints.PlainAsync));
        _application.Map("/protected", context => AnswerAsync(context, ProtectedAsync));
        _application.Map("/oauth/token", context => WriteAsync(context, TokenAsync));
    }

    private static Task<JsonObject> AzureAsync(HttpContext context) => OpenAiEndpoints.AzureAsync(context, Part(context, "name"));

    private static Task<JsonObject> GeminiAsync(HttpContext context) => OtherModelEndpoints.GeminiAsync(context, Part(context, "name"));

    private static Task<JsonObject> AgentRunAsync(HttpContext context) => ServiceEndpoints.AgentRunAsync(context, Part(context, "name"));

    private Task<JsonObject> TokenAsync(HttpContext context) =>
        ServiceEndpoints.TokenAsync(context, () => TokenOf(Interlocked.Increment(ref _tokens)));

    private Task<JsonObject> ProtectedAsync(HttpContext context) =>
        context.Request.Headers.Authorization == $"Bearer {TokenOf(Volatile.Read(ref _tokens))}"
            ? ServiceEndpoints.PlainAsync(context)
            : throw Credentials.Refused("invalid_token");

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, Task<JsonObject>> answer)
    {
        var fault = _faults.Of(Interlocked.Increment(ref _count));
        await Task.Delay(_latency);
        if (fault == Fault.None)
        {
            await WriteAsync(context, answer);
            return;
        }

        if (fault == Fault.ExpiredToken)
        {
            Interlocked.Increment(ref _tokens);
        }

        await FaultWriter.WriteAsync(context, fault, $"you sent {context.Request.Headers.Authorization}");
    }

    private static async Task WriteAsync(HttpContext context, Func<HttpContext, Task<JsonObject>> answer)
    {
        JsonObject body;
        try
        {
            body = await answer(context);
        }
        catch (WireError error)
        {
            context.Response.StatusCode = error.Status;
            body = error.Body;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private static string Part(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static string TokenOf(int number) => $"token-loopback-{number}";
}
