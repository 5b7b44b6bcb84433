using System.Collections.Immutable;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Configuration;

/// <summary>What counts as good (key <c>evaluation</c>).</summary>
public sealed record EvaluationConfig
{
    /// <value>At least one; augmented ones are among them.</value>
    public required ImmutableArray<TestCase> TestCases { get; init; }

    /// <value>As many cases as the original would have had after augmentation: a part of its fingerprint. <see langword="null"/> (default):
    /// as many as there are.</value>
    public int? NominalCaseCount { get; init; }

    /// <value>At least one, in the file's order.</value>
    public required ImmutableArray<MetricConfig> Metrics { get; init; }

    /// <value>An evaluator by <c>module.function</c>; <see langword="null"/> (default): none.</value>
    public EvaluatorReference? CustomEvaluator { get; init; }

    /// <value>The share of the cases that the search never sees, in [0, 0.9]. Default: 0.3 from ten cases on, else 0.</value>
    public double HoldOut { get; init; }

    /// <value>How often each case is called for each configuration, from 1. Default 1.</value>
    public int Repeats { get; init; } = 1;

    /// <value>Whether several objectives are searched as a front instead of a weighted sum. Default: no.</value>
    public bool IsPareto { get; init; }

    /// <value>The model of metrics of kind <see cref="MetricKind.LlmJudge"/>; <see langword="null"/> where none is given.</value>
    public JudgeConfig? Judge { get; init; }

    /// <summary>Whether a metric asks for a judge, and none is given.</summary>
    internal bool LacksJudge => Judge is null && Metrics.Any(metric => metric.Kind == MetricKind.LlmJudge);

    /// <value>The model that embeds texts (metrics of kind <see cref="MetricKind.CosineSimilarity"/>).</value>
    public EmbeddingConfig? Embedding { get; init; }
}
