using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// A call on its way to an answer, sent once or several times. Before each time, the most that it may cost is written down, so that a
/// process that dies meanwhile cannot make the run forget it. Not thread-safe.
/// </summary>
public sealed class PaidCall
{
    private readonly Action<PaidCall, SpendEstimate> _write;
    private Spend _before;

    internal PaidCall(long number, Action<PaidCall, SpendEstimate> write) => (Number, _write) = (number, write);

    /// <summary>What it cost so far; an attempt that was not settled at its most.</summary>
    public Spend Spent { get; private set; }

    internal bool IsSent { get; private set; }

    internal long Number { get; }

    /// <summary>To be told before it is sent, each time.</summary>
    /// <param name="most">What this attempt may cost.</param>
    /// <exception cref="CassetteException">The cassette cannot be written. Nothing may be sent: its answer would be lost.</exception>
    public void Send(SpendEstimate most)
    {
        _write(this, most);
        (IsSent, _before) = (true, Spent);
        Spent += most.OfOneCall;
    }

    /// <summary>To be told what the last attempt cost, where that is known.</summary>
    /// <param name="spent">What it cost; nothing, and no call, where it was called off.</param>
    public void Settle(Spend spent) => Spent = _before + spent;
}
