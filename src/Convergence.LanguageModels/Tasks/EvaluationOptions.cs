namespace Convergence.LanguageModels.Tasks;

/// <summary>How tasks are evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>
    /// Exact match: whether every completion is generated to its end, so that truncations can be counted. By default a completion
    /// is followed only until it must be right or wrong, which gives the same scores many times faster.
    /// </summary>
    public bool CompletesGenerations { get; init; }
}
