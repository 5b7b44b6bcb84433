namespace Convergence.Optimization.Calls.Spending;

/// <summary>What calls cost, or what is put aside for them.</summary>
/// <param name="Dollars">US dollars.</param>
/// <param name="Calls">How often something was sent.</param>
/// <param name="Tokens">Tokens in and out.</param>
public readonly record struct Spend(decimal Dollars, long Calls, long Tokens)
{
    public static Spend operator +(Spend a, Spend b) => new(a.Dollars + b.Dollars, a.Calls + b.Calls, a.Tokens + b.Tokens);

    public static Spend operator -(Spend a, Spend b) => new(a.Dollars - b.Dollars, a.Calls - b.Calls, a.Tokens - b.Tokens);
}
