namespace Convergence.Optimization.Tests.Runs.Examples;

/// <summary>A clock that stands still, so that two runs measure the same latencies. Its timers go on.</summary>
internal sealed class StoppedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56);

    public override long GetTimestamp() => 0;
}
