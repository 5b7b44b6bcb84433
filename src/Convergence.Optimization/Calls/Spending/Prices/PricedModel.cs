namespace Convergence.Optimization.Calls.Spending.Prices;

/// <summary>What is known of a model's cost.</summary>
/// <param name="Price">Its price.</param>
/// <param name="MaxOutput">The largest answer, in tokens; <see langword="null"/> where it is not known.</param>
public readonly record struct PricedModel(TokenPrice Price, int? MaxOutput);
