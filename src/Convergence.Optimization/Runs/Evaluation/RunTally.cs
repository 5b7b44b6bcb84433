using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>Counts what a run spent. Not thread-safe.</summary>
/// <param name="ledger">What paid calls cost, judges' among them.</param>
/// <param name="time">The clock.</param>
internal sealed class RunTally(SpendLedger ledger, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _replayed;

    public void Add(CaseCall call)
    {
        if (call.IsReplayed)
        {
            _replayed++;
        }
    }

    /// <summary>What the run cost, in earlier processes as well.</summary>
    public SpendSummary Summary => new(ledger.Dollars, ledger.Calls, ledger.Tokens, _replayed, Elapsed);

    public TimeSpan Elapsed => time.GetElapsedTime(_start);
}
