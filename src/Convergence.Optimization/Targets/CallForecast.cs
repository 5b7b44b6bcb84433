using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Targets;

/// <summary>What a call may cost.</summary>
/// <param name="MostDollars">At most, in US dollars; 0 where calls are free.</param>
/// <param name="MostTokens">At most, tokens in and out.</param>
/// <param name="LikelyDollars">About.</param>
/// <param name="HasPrice">Whether a price is known for its model.</param>
public readonly record struct CallForecast(decimal MostDollars, long MostTokens, decimal LikelyDollars, bool HasPrice)
{
    /// <summary>What is to be reserved for it.</summary>
    internal SpendEstimate Most => new(MostDollars, MostTokens);
}
