using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>How calls are sent.</summary>
public sealed record SendOptions
{
    /// <value>The most calls at a time to one host, from 1. The default value is 5.</value>
    public int Workers { get; init; } = 5;

    /// <value>How often a failed call is sent again, from 0. The default value is 3.</value>
    public int MaxRetries { get; init; } = 3;

    /// <value>The time for one attempt, its whole body included. The default value is 30 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>The first pause between attempts; it doubles each time, with jitter. The default value is one second.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>The longest pause that a host may ask for before its quota counts as exhausted. The default value is two minutes.</value>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <value>The largest answer, in bytes. The default value is 16 MiB.</value>
    public int MaxAnswerByteCount { get; init; } = 16 << 20;

    /// <summary>As a configuration says.</summary>
    public static SendOptions Of(OptimizationConfig config) => new()
    {
        Workers = config.Optimization.ParallelWorkers,
        MaxRetries = config.Optimization.MaxRetries,
        Timeout = TimeSpan.FromSeconds(config.Api.Request.TimeoutSeconds),
        RetryDelay = TimeSpan.FromSeconds(config.Optimization.RetryDelaySeconds),
    };
}
