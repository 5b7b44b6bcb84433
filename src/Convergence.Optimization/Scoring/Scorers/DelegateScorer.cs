using Convergence.Optimization.Evaluators;

namespace Convergence.Optimization.Scoring.Scorers;

/// <summary>An evaluator of the embedding program. Whatever it throws makes the score missing.</summary>
/// <param name="evaluator">The evaluator.</param>
/// <param name="metric">The metric that it is asked for.</param>
internal sealed class DelegateScorer(CustomEvaluator evaluator, string metric) : IMetricScorer
{
    public async ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation)
    {
        try
        {
            return await evaluator(scored, metric, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (ConvergenceException or OperationCanceledException))
        {
            throw new EvaluatorException($"the evaluator threw {exception.GetType().Name}: {exception.Message}");
        }
    }
}
