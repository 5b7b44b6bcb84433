namespace Convergence.Optimization.Scoring;

/// <summary>What scoring one answer takes of judges and of models that embed texts.</summary>
/// <param name="Calls">Calls.</param>
/// <param name="MostTokens">At most, tokens in and out.</param>
/// <param name="MostDollars">At most, in US dollars.</param>
/// <param name="LikelyDollars">About.</param>
/// <param name="HasPrice">Whether all prices are known.</param>
public readonly record struct ScoringForecast(int Calls, long MostTokens, decimal MostDollars, decimal LikelyDollars, bool HasPrice);
