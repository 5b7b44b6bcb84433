namespace Convergence.Optimization.Scoring;

/// <summary>Finds one metric's score of one answer. Safe for use by many tasks.</summary>
public interface IMetricScorer
{
    /// <summary>Scores an answer.</summary>
    /// <returns>From 0 to 1, higher being better, directions applied.</returns>
    /// <exception cref="Evaluators.EvaluatorException">The answer cannot be scored; the score is then missing, not 0.</exception>
    /// <exception cref="Calls.Spending.BudgetExhaustedException">A judge's call was forbidden by a limit.</exception>
    ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation);
}
