using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// What a run sets aside of its allowance for the calls that close it, so that the search cannot spend it. Not thread-safe.
/// </summary>
/// <param name="allowance">What the run may spend.</param>
internal sealed class ClosingReserve(SpendLedger allowance)
{
    private readonly List<SpendLedger.Reservation> _reservations = [];
    private SpendEstimate _most;
    private Spend _costliest;
    private bool _isLowered;

    /// <summary>Whether anything was set aside, whatever is left of it.</summary>
    public bool IsMade { get; private set; }

    /// <summary>Sets calls aside.</summary>
    /// <param name="calls">How many.</param>
    /// <param name="most">What one may cost at most.</param>
    public void Make(long calls, SpendEstimate most)
    {
        (IsMade, _most) = (calls > 0, most);
        SetAside(calls, most);
    }

    /// <summary>Takes in what a call cost.</summary>
    public void Note(Spend spent) => _costliest = new Spend(
        Math.Max(_costliest.Dollars, spent.Dollars), _costliest.Calls + 1, Math.Max(_costliest.Tokens, spent.Tokens));

    /// <summary>
    /// Sets aside less, once: calls may cost far less than their most, so that twice the costliest of those that were answered is enough
    /// for each but those of one case, which must be able to begin.
    /// </summary>
    /// <param name="callsOfACase">How often a case is called.</param>
    /// <returns>Whether it did.</returns>
    public bool TryLower(int callsOfACase)
    {
        if (!IsMade || _isLowered || _costliest.Calls == 0)
        {
            return false;
        }

        _isLowered = true;
        var count = _reservations.Count;
        var whole = Math.Min(count, callsOfACase);
        Release();
        SetAside(whole, _most);
        SetAside(count - whole, new SpendEstimate(
            Math.Min(_most.Dollars, 2 * _costliest.Dollars), Math.Min(_most.Tokens, 2 * _costliest.Tokens)));
        return true;
    }

    /// <summary>What is set aside may be spent.</summary>
    public void Release()
    {
        _reservations.ForEach(reservation => reservation.Settle(default));
        _reservations.Clear();
    }

    // As far as it is there: what was repeated, and what others of the run spent, may have taken from it.
    private void SetAside(long calls, SpendEstimate each)
    {
        for (var call = 0L; call < calls && allowance.TryReserve(each, out _) is { } reservation; call++)
        {
            _reservations.Add(reservation);
        }
    }
}
