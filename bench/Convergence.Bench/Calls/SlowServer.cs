using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Convergence.Bench.Calls;

/// <summary>A server on this machine that answers every request with the same chat completion, some time after it came.</summary>
internal sealed class SlowServer : IAsyncDisposable
{
    private const string Answer =
        """
        {"id": "chatcmpl-bench", "object": "chat.completion", "model": "bench", "choices": [{"index": 0, "message": {"role": "assistant",
        "content": "Dakar is the capital of Senegal."}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 12, "completion_tokens": 8}}
        """;

    private readonly WebApplication _application;

    private SlowServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    /// <param name="latency">The time from a request's arrival to its answer.</param>
    public static async Task<SlowServer> StartAsync(TimeSpan latency)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new SlowServer(builder.Build());
        server._application.Run(async context =>
        {
            await Task.Delay(latency, context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Answer);
        });
        await server._application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
