using System.Net;

namespace Convergence.Service.Hosting;

/// <summary>How models are served.</summary>
public sealed record ModelServerOptions
{
    /// <summary>The address to listen on; by default only this machine can reach it.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port, in [0, 65535]; 0, the default, takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>
    /// What requests must show as <c>Authorization: Bearer KEY</c>; <see langword="null"/>, the default, lets everybody in.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>Texts of one model that are generated together, at least 1; default 8. Others wait.</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>Texts of one model that may wait, at least 1; default 256. A request beyond them is answered with status 429.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>What requests without a seed follow from, together with their number since the start; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The largest body of a request, in bytes; default 4 MiB. A larger one is answered with status 413.</summary>
    public long MaxBodyByteCount { get; init; } = 4 << 20;

    /// <summary>How long a body may take to arrive; default 30 seconds. One that takes longer is answered with status 408.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests under way may go on once the server is told to stop; default 10 seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of errors that no request is to blame for; by default nobody is.</summary>
    public Action<Exception> OnFailure { get; init; } = _ => { };
}
