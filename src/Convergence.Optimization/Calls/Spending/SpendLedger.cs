namespace Convergence.Optimization.Calls.Spending;

/// <summary>
/// Keeps a run within its limits: every call reserves the most that it may cost before it is sent, and settles what it did cost. Limits
/// hold for what is spent and reserved together, so that calls under way cannot exceed them together. Safe for use by many threads.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="time">The clock; the time allowed begins now.</param>
public sealed class SpendLedger(SpendLimits limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private Spend _spent;
    private Spend _reserved;
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>US dollars spent so far.</summary>
    public decimal Dollars => Read(() => _spent.Dollars);

    public long Calls => Read(() => _spent.Calls);

    public long Tokens => Read(() => _spent.Tokens);

    /// <summary>Reserves a call's most.</summary>
    /// <param name="estimate">What it may cost.</param>
    /// <param name="exhausted">Which limit forbids it, in words for the user; <see langword="null"/> when none does.</param>
    /// <returns>The reservation, to be settled or disposed of; <see langword="null"/> when a limit forbids the call.</returns>
    public Reservation? TryReserve(SpendEstimate estimate, out string? exhausted)
    {
        var amount = estimate.OfOneCall;
        lock (_lock)
        {
            exhausted = FindExhausted(_spent + _reserved + amount, amount);
            if (exhausted is not null)
            {
                return null;
            }

            _reserved += amount;
            return new Reservation(this, amount);
        }
    }

    /// <summary>
    /// Reserves a call's most. Where it is the reservations of others that leave no room, it waits for them to be settled: a call costs
    /// less than its most as a rule.
    /// </summary>
    /// <param name="estimate">What it may cost.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="BudgetExhaustedException">A limit forbids the call.</exception>
    public async Task<Reservation> ReserveAsync(SpendEstimate estimate, CancellationToken cancellation)
    {
        while (true)
        {
            Task released;
            lock (_lock)
            {
                if (TryReserve(estimate, out var exhausted) is { } reservation)
                {
                    return reservation;
                }

                if (FindExhausted(_spent + estimate.OfOneCall, estimate.OfOneCall) is not null)
                {
                    throw new BudgetExhaustedException(exhausted!);
                }

                released = _released.Task;
            }

            await released.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Counts what was paid without a reservation, as in an earlier process of the same run. It is not refused.</summary>
    public void Charge(Spend spent) => Settle(default, spent);

    // Nothing may be spent yet and all be used up: what another call may take at most is told beside the limit.
    private string? FindExhausted(Spend total, Spend next) =>
        total.Dollars > limits.Dollars
            ? FormattableString.Invariant($"the budget of ${limits.Dollars} (another call may cost ${next.Dollars:0.####})")
        : total.Calls > limits.Calls ? FormattableString.Invariant($"the limit of {limits.Calls} calls")
        : total.Tokens > limits.Tokens
            ? FormattableString.Invariant(
                $"the limit of {limits.Tokens} tokens (another call may take {next.Tokens}; a limit on its answer lowers that)")
        : time.GetElapsedTime(_start) > limits.Duration ? FormattableString.Invariant($"the time limit of {limits.Duration}")
        : null;

    private void Settle(Spend reserved, Spend spent)
    {
        lock (_lock)
        {
            _reserved -= reserved;
            _spent += spent;
            _released.SetResult();
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private T Read<T>(Func<T> value)
    {
        lock (_lock)
        {
            return value();
        }
    }

    /// <summary>
    /// What is put aside for a call under way. Without settlement, the whole of it counts as spent: what is not known is not free.
    /// </summary>
    public sealed class Reservation : IDisposable
    {
        private readonly SpendLedger _ledger;
        private readonly Spend _reserved;
        private bool _isSettled;

        internal Reservation(SpendLedger ledger, Spend reserved)
        {
            _ledger = ledger;
            _reserved = reserved;
        }

        /// <summary>Replaces the reservation by what the call did cost.</summary>
        public void Settle(Spend spent) => Close(spent);

        public void Dispose() => Close(_reserved);

        private void Close(Spend spent)
        {
            if (!_isSettled)
            {
                _isSettled = true;
                _ledger.Settle(_reserved, spent);
            }
        }
    }
}
