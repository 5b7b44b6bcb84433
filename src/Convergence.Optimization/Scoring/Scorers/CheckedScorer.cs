using Convergence.Optimization.Evaluators;

namespace Convergence.Optimization.Scoring.Scorers;

/// <summary>
/// Keeps a scorer's values within 0 and 1, applies the metric's direction, and makes of whatever goes wrong a score that is missing.
/// </summary>
/// <param name="inner">The scorer.</param>
/// <param name="isInverted">Whether less of its value is better.</param>
internal sealed class CheckedScorer(IMetricScorer inner, bool isInverted) : IMetricScorer
{
    public IMetricScorer Inner => inner;

    public async ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation)
    {
        var value = await inner.ScoreAsync(scored, cancellation).ConfigureAwait(false);
        if (!double.IsFinite(value))
        {
            throw new EvaluatorException($"gave {value} for test case {scored.TestCase.Id}, which is no score from 0 to 1.");
        }

        var clamped = Math.Clamp(value, 0, 1);
        return isInverted ? 1 - clamped : clamped;
    }
}
