using Convergence.Optimization.Configuration;
using Convergence.Optimization.Scoring.Judging;

namespace Convergence.Optimization.Society;

/// <summary>What a society works with.</summary>
/// <param name="Model">Who reasons and writes.</param>
/// <param name="Judge">Who judges, with the metric that it judges; <see langword="null"/> where nothing is judged.</param>
internal sealed record SocietyParts(ChatModel Model, (LlmJudge Model, MetricConfig Metric)? Judge);
