using System.Net;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>Makes HTTP clients for calls.</summary>
public static class HttpClients
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A client without redirections, which would carry an API key to another host, without cookies,
    /// and without a timeout of its own, since every attempt has one.
    /// </summary>
    /// <param name="connections">The most connections to one host.</param>
    public static HttpClient Create(int connections) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxConnectionsPerServer = connections,
        PooledConnectionLifetime = ConnectionLifetime,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
