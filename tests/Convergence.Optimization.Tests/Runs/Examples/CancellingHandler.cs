namespace Convergence.Optimization.Tests.Runs.Examples;

/// <summary>Sends so many requests and cancels the run before the next one.</summary>
/// <param name="count">How many are sent.</param>
/// <param name="run">Cancels the run.</param>
internal sealed class CancellingHandler(int count, CancellationTokenSource run) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _sent;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _sent) > count)
        {
            await run.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
