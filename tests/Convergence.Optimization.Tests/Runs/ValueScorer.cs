using Convergence.Optimization.Scoring;

namespace Convergence.Optimization.Tests.Runs;

/// <summary>Scores an answer by a number in it.</summary>
internal sealed class ValueScorer(Func<double, double>? score = null) : IMetricScorer
{
    public ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation)
    {
        var value = (double)scored.Answer.Result!["value"]!;
        return ValueTask.FromResult(score is null ? value : score(value));
    }
}
