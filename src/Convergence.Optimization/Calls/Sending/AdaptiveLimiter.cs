namespace Convergence.Optimization.Calls.Sending;

/// <summary>
/// Limits how many calls are under way to one host at a time, and finds out how many it bears:
/// one more after as many successes as are allowed, half as many after a refusal (additive increase, multiplicative decrease;
/// Chiu and Jain 1989). Calls that were sent before the last halving do not halve again.
/// </summary>
/// <param name="maximum">The most calls at a time, from 1; it begins with this.</param>
internal sealed class AdaptiveLimiter(int maximum)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<long>> _waiting = new();
    private double _limit = maximum;
    private int _active;
    private long _era;

    /// <summary>How many calls are allowed at a time now.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return (int)_limit;
            }
        }
    }

    /// <summary>Waits for its turn, in the order of asking.</summary>
    /// <returns>The era in which the call is sent, to be told at the end.</returns>
    public async Task<long> EnterAsync(CancellationToken cancellation)
    {
        TaskCompletionSource<long> turn;
        lock (_lock)
        {
            if (_active < (int)_limit)
            {
                _active++;
                return _era;
            }

            turn = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        using var registration = cancellation.Register(() => turn.TrySetCanceled(cancellation));
        return await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Ends a call.</summary>
    /// <param name="era">What <see cref="EnterAsync"/> gave.</param>
    /// <param name="isOverload">Whether the host said or showed that it was too much.</param>
    public void Exit(long era, bool isOverload)
    {
        lock (_lock)
        {
            _active--;
            if (!isOverload)
            {
                _limit = Math.Min(maximum, _limit + (1 / _limit));
            }
            else if (era == _era)
            {
                _limit = Math.Max(1, _limit / 2);
                _era++;
            }

            // A turn that was cancelled meanwhile is passed over.
            while (_active < (int)_limit && _waiting.TryDequeue(out var turn))
            {
                _active += turn.TrySetResult(_era) ? 1 : 0;
            }
        }
    }
}
