namespace Convergence.Optimization.Calls.Spending;

/// <summary>The most that a call may cost, reserved before it is sent.</summary>
/// <param name="Dollars">US dollars.</param>
/// <param name="Tokens">Tokens in and out.</param>
public readonly record struct SpendEstimate(decimal Dollars, long Tokens)
{
    /// <summary>What sending it once may cost.</summary>
    internal Spend OfOneCall => new(Dollars, 1, Tokens);
}
