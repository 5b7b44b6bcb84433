using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>Counts what a run spent. Not thread-safe.</summary>
/// <param name="ledger">What paid calls cost, judges' among them.</param>
/// <param name="time">The clock.</param>
internal sealed class RunTally(SpendLedger ledger, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private decimal _dollars;
    private long _replayed;
    private long _answered;
    private TimeSpan _latency;

    public void Add(CaseCall call)
    {
        if (call.IsReplayed)
        {
            _replayed++;
            return;
        }

        _dollars += (decimal)(call.Outcome.CostUsd ?? 0);
        _answered++;
        _latency += TimeSpan.FromMilliseconds(call.Outcome.LatencyMilliseconds);
    }

    /// <summary>What the run cost, in earlier processes as well.</summary>
    public SpendSummary Summary => new(ledger.Dollars, ledger.Calls, ledger.Tokens, _replayed, Elapsed);

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>How long a call takes on the mean; <see langword="null"/> before the first.</summary>
    public TimeSpan? MeanLatency => _answered > 0 ? _latency / _answered : null;

    /// <summary>What a call costs on the mean in US dollars; <see langword="null"/> before the first.</summary>
    public decimal? MeanDollars => _answered > 0 ? _dollars / _answered : null;
}
