using System.Net;
using Convergence.Service.OpenAi;
using Convergence.Service.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Convergence.Service.Hosting;

/// <summary>Serves models over HTTP, as OpenAI's API has it. The models stay the caller's.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    private readonly WebApplication _application;
    private readonly GenerationLoop _loop;

    private ModelServer(WebApplication application, GenerationLoop loop)
    {
        _application = application;
        _loop = loop;
    }

    /// <summary>Where it listens, for example <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Address => new(_application.Urls.Single());

    /// <summary>Starts to serve.</summary>
    /// <param name="catalog">The models; nobody else may generate with them meanwhile.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConvergenceException">The address or the port cannot be had.</exception>
    public static async Task<ModelServer> StartAsync(ModelCatalog catalog, ModelServerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrent, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWaiting, 1);
        var application = Build(options);
        var loop = new GenerationLoop(catalog.Models, options.MaxConcurrent, options.MaxWaiting);
        var server = new ModelServer(application, loop);
        try
        {
            MapRequests(application, options);
            new OpenAiEndpoints(catalog, loop, options.Seed, options.BodyTimeout, time).Map(application);
            await application.StartAsync();
            return server;
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            if (exception is IOException)
            {
                throw CannotListen(options, exception);
            }

            throw;
        }
    }

    /// <summary>Takes no more requests, lets those under way end for a while, and stops.</summary>
    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _loop.Dispose();
    }

    private static WebApplication Build(ModelServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);

        // Signals are the caller's: whoever hosts the server tells it to stop.
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyByteCount;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.MaxConcurrentConnections = 1000;
            kestrel.Listen(options.Host, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private static void MapRequests(WebApplication application, ModelServerOptions options)
    {
        application.UseMiddleware<ErrorAnswers>(options.OnFailure);
        if (options.ApiKey is { } key)
        {
            application.UseMiddleware<ApiKeyCheck>(key);
        }

        application.UseRouting();
        application.MapGet("/health", context => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, new() { ["status"] = "ok" }));
    }

    private static ConvergenceException CannotListen(ModelServerOptions options, Exception exception)
    {
        var place = new IPEndPoint(options.Host, options.Port);
        return exception.InnerException is AddressInUseException
            ? new ConvergenceException($"{place}: is in use by another program. Choose another port, or 0 for any that is free.", exception)
            : new ConvergenceException(
                $"{place}: cannot be listened on: {exception.Message} Choose an address of this machine.", exception);
    }
}
