using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Scoring;

/// <summary>A metric and what finds its score.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Scorer">Its scorer.</param>
public sealed record MetricScorer(MetricConfig Metric, IMetricScorer Scorer);
