using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Convergence.Optimization.Tests.Calls;

/// <summary>A real HTTP server on this machine that answers as a test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _count;

    private LoopbackServer(WebApplication application) => _application = application;

    /// <summary>How many requests came.</summary>
    public int Count => Volatile.Read(ref _count);

    public Uri Address => new(_application.Urls.Single());

    /// <param name="answer">Answers a request, given its number from 1.</param>
    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LoopbackServer(builder.Build());
        server._application.Run(context => answer(context, Interlocked.Increment(ref server._count)));
        await server._application.StartAsync();
        return server;
    }

    public static Task Json(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
