namespace Convergence.Optimization.Configuration;

/// <summary>How a metric's score is found.</summary>
public enum MetricKind
{
    /// <summary>The custom evaluator, asked for the metric by its name.</summary>
    Custom,
    Latency,
    Cost,
    SuccessRate,
    ExactMatch,
    Similarity,
    LlmJudge,
    CosineSimilarity,

    /// <summary>How different the answers of one configuration are from each other.</summary>
    Diversity,
    TextQuality,
    JsonStructure,
    CodeQuality,
}
