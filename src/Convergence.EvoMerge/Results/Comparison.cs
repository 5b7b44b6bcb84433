namespace Convergence.EvoMerge.Results;

/// <summary>The champion against another model on the same examples, by a paired bootstrap.</summary>
/// <param name="Against">The other model's name.</param>
/// <param name="RelativeGain">(champion's fitness - other's) / other's; 0.2 means 20 % better.</param>
/// <param name="Lower95">The lower end of the gain's 95 % interval.</param>
/// <param name="Upper95">The upper end of the gain's 95 % interval.</param>
public sealed record Comparison(string Against, double RelativeGain, double Lower95, double Upper95)
{
    /// <summary>Whether the interval excludes no difference.</summary>
    public bool IsSignificant => Lower95 > 0 || Upper95 < 0;
}
