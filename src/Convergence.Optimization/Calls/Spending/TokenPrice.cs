namespace Convergence.Optimization.Calls.Spending;

/// <summary>What a model's tokens cost, in US dollars per million.</summary>
/// <param name="Input">Per million tokens sent.</param>
/// <param name="Output">Per million tokens answered.</param>
public readonly record struct TokenPrice(decimal Input, decimal Output)
{
    private const decimal Million = 1_000_000;

    /// <returns>US dollars.</returns>
    public decimal CostOf(TokenUsage usage) => ((usage.Input * Input) + (usage.Output * Output)) / Million;
}
