using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Convergence.Service.Hosting;
using Convergence.Service.Serving;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Service.Tests.Support;

/// <summary>A server of this process on a loopback port of its own, with a client.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly CpuDevice _device = new(2);
    private ModelCatalog? _catalog;

    private RunningServer()
    {
    }

    public ModelServer Server { get; private set; } = null!;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Errors that no request was to blame for.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>The shipped specialists <c>adaptive_computation</c>, which sorts, and <c>reasoning</c>, which calculates.</summary>
    public static Task<RunningServer> OfSpecialistsAsync(ModelServerOptions? options = null) =>
        StartAsync(options, [RepositoryRoot.Combine("models", "adaptive_computation"), RepositoryRoot.Combine("models", "reasoning")]);

    public static async Task<RunningServer> StartAsync(ModelServerOptions? options, string[] models)
    {
        var server = new RunningServer();
        server._catalog =
            ModelCatalog.Load(server._device, [.. models.Select(ModelReference.Parse)], maxContext: null, TimeProvider.System);
        options = (options ?? new ModelServerOptions()) with { OnFailure = server.Failures.Add };
        server.Server = await ModelServer.StartAsync(server._catalog, options, TimeProvider.System);
        server.Client.BaseAddress = server.Server.Address;
        return server;
    }

    /// <summary>Posts JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>The completions of a request that must succeed.</summary>
    public async Task<JsonElement> CompleteAsync(object request)
    {
        var (status, body) = await PostAsync("/v1/completions", JsonSerializer.Serialize(request));
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        return body;
    }

    /// <summary>The first completion's text.</summary>
    public async Task<string> CompleteTextAsync(object request) =>
        (await CompleteAsync(request)).GetProperty("choices")[0].GetProperty("text").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.StopAsync();
        await Server.DisposeAsync();
        _catalog?.Dispose();
        _device.Dispose();
    }
}
