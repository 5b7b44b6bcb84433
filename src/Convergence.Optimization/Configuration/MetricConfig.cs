namespace Convergence.Optimization.Configuration;

/// <summary>One metric. All scores are from 0 to 1, higher being better; directions are applied before.</summary>
public sealed record MetricConfig
{
    public required string Name { get; init; }

    /// <value>Its share in the score, from 0. Default 1.</value>
    public double Weight { get; init; } = 1;

    public MetricKind Kind { get; init; }

    /// <value>Whether less is better of what the evaluator gives: its score is then 1 - the value. Default: no. The original's evaluators
    /// give higher values for better answers whatever <c>type</c> says, so <c>type: lower_is_better</c> alone does not set this for
    /// them; the key <c>invert</c> does.</value>
    public bool IsLowerBetter { get; init; }

    /// <value>Meaning by kind: the latency of score 0 in milliseconds, the least score that passes.</value>
    public double? Threshold { get; init; }

    /// <value>The cost of score 0, in US dollars.</value>
    public double? BudgetPerCall { get; init; }

    /// <value>What a judge goes by. Default: a general rubric.</value>
    public string? Rubric { get; init; }

    /// <value>An evaluator of this metric's own by <c>module.function</c>. Default: the configuration's.</value>
    public EvaluatorReference? Evaluator { get; init; }
}
