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

    /// <summary>How different the parts of an answer are from each other: the items of a list, or the words of a text.</summary>
    Diversity,
    TextQuality,
    JsonStructure,
    CodeQuality,
}
