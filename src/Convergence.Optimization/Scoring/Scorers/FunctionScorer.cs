namespace Convergence.Optimization.Scoring.Scorers;

/// <summary>A metric that is a plain function of the call.</summary>
/// <param name="score">The function, from 0 to 1.</param>
internal sealed class FunctionScorer(Func<ScoredCall, double> score) : IMetricScorer
{
    public ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation) => ValueTask.FromResult(score(scored));
}
