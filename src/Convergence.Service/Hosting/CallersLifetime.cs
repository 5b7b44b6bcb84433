using Microsoft.Extensions.Hosting;

namespace Convergence.Service.Hosting;

/// <summary>The server lives from its start to its stop; no signal of the process is caught here.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
