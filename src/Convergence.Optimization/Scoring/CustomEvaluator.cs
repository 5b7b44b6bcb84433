namespace Convergence.Optimization.Scoring;

/// <summary>An evaluator of the program that embeds the optimizer.</summary>
/// <param name="scored">The call.</param>
/// <param name="metric">The metric that is asked for.</param>
/// <param name="cancellation">Ends scoring.</param>
/// <returns>From 0 to 1. An exception, or a number that is none, makes the score missing.</returns>
public delegate ValueTask<double> CustomEvaluator(ScoredCall scored, string metric, CancellationToken cancellation);
