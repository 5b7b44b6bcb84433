using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Scoring.Judging;

/// <summary>A metric that a model judges.</summary>
/// <param name="judge">The judge.</param>
/// <param name="metric">The metric.</param>
internal sealed class JudgeScorer(LlmJudge judge, MetricConfig metric) : IMetricScorer
{
    public JudgeNoiseMeter Noise { get; } = new();

    public LlmJudge Judge => judge;

    public async ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation) =>
        await judge.ScoreAsync(metric, scored, Noise, cancellation).ConfigureAwait(false);
}
