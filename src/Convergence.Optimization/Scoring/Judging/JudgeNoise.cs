namespace Convergence.Optimization.Scoring.Judging;

/// <summary>How much a judge disagrees with itself.</summary>
/// <param name="StandardDeviation">Of one judgement about the mean of its answer's, pooled over answers; scores are from 0 to 1.</param>
/// <param name="PositionBias">
/// How much higher a text is graded in the first place than in the second; <see langword="null"/> where places were not exchanged.
/// </param>
/// <param name="Answers">Over how many answers.</param>
/// <param name="JudgementsPerAnswer">How many judgements each score is the mean of.</param>
public sealed record JudgeNoise(double StandardDeviation, double? PositionBias, int Answers, int JudgementsPerAnswer)
{
    /// <summary>The standard error of one score: differences of this size are noise.</summary>
    public double StandardError => StandardDeviation / Math.Sqrt(Math.Max(1, JudgementsPerAnswer));
}
