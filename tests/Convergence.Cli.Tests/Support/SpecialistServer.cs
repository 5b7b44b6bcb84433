using System.Net;
using Convergence.Service.Hosting;
using Convergence.Service.Serving;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Support;

/// <summary>The shipped specialists over HTTP, in this process, on a free port of the loopback.</summary>
internal sealed class SpecialistServer : IAsyncDisposable
{
    /// <summary>The specialists.</summary>
    public static readonly string[] Names = ["reasoning", "memory_integration", "adaptive_computation"];

    private readonly CpuDevice _device;
    private readonly ModelCatalog _catalog;
    private readonly ModelServer _server;

    private SpecialistServer(CpuDevice device, ModelCatalog catalog, ModelServer server) =>
        (_device, _catalog, _server) = (device, catalog, server);

    public int Port => _server.Address.Port;

    /// <param name="others">Further models, <c>NAME=DIR</c>.</param>
    public static async Task<SpecialistServer> StartAsync(params string[] others)
    {
        var device = new CpuDevice();
        var references = Names.Select(name => RepositoryRoot.Combine("models", name)).Concat(others).Select(ModelReference.Parse)
            .ToList();
        var catalog = ModelCatalog.Load(device, references, 256, TimeProvider.System);
        var options = new ModelServerOptions { Host = IPAddress.Loopback, Port = 0 };
        return new SpecialistServer(device, catalog, await ModelServer.StartAsync(catalog, options, TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _catalog.Dispose();
        _device.Dispose();
    }
}
