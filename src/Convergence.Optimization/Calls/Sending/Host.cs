using System.Globalization;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>
/// What is known of a host: how many calls it bears at a time, and whether it ever answered. One that never did is no host that is
/// overloaded: its first calls are not slowed down, and once as many attempts timed out as two for each worker, no call is tried again, so
/// that a wrong address is found out in a few timeouts. Safe for use by many tasks.
/// </summary>
/// <param name="name">What it is called.</param>
/// <param name="options">How calls are sent.</param>
/// <param name="note">Is told of the first attempt that timed out.</param>
internal sealed class Host(string name, SendOptions options, Action<string> note)
{
    private const int AttemptsPerWorker = 2;

    private volatile bool _hasAnswered;
    private int _timeouts;

    /// <summary>How many calls are under way at a time.</summary>
    public AdaptiveLimiter Limiter { get; } = new(options.Workers);

    /// <summary>Takes in what came of an attempt.</summary>
    /// <returns>The attempt, not to be made again where that is without hope; and whether the host showed that it was too much.</returns>
    public (Attempt Attempt, bool IsOverload) Take(Attempt attempt)
    {
        _hasAnswered |= attempt.Answer.Status is not null;
        var kind = attempt.Answer.Failure?.Kind;
        var timeouts = kind == CallFailureKind.Timeout && attempt.Answer.Status is null ? Interlocked.Increment(ref _timeouts) : 0;
        if (timeouts == 1)
        {
            note(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} gave no whole answer within {options.Timeout.TotalSeconds:0.###} s: it is asked again."));
        }

        var isHopeless = !_hasAnswered && timeouts >= AttemptsPerWorker * options.Workers;
        var isOverload = _hasAnswered && kind is CallFailureKind.RateLimited or CallFailureKind.Timeout or CallFailureKind.Server;
        return (isHopeless ? attempt with { CanRetry = false } : attempt, isOverload);
    }
}
