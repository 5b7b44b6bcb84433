namespace Convergence.Optimization.Runs;

/// <summary>What a run will take, told before it begins (<c>--plan</c>).</summary>
public sealed record RunForecast
{
    public required int Configurations { get; init; }

    public required int SearchCases { get; init; }

    public required int HeldOutCases { get; init; }

    /// <value>At least and at most; racing and early stopping make the difference. Judges' calls are among them.</value>
    public required (long Least, long Most) Calls { get; init; }

    public required (long Least, long Most) Tokens { get; init; }

    /// <value>US dollars; <see langword="null"/> when a model has no price.</value>
    public (decimal Least, decimal Most)? Dollars { get; init; }

    /// <value>With calls of the assumed latency.</value>
    public required (TimeSpan Least, TimeSpan Most) Duration { get; init; }
}
