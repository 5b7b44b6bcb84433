namespace Convergence.Optimization.Runs.Concluding;

/// <summary>
/// What cases that were not seen may change. Scores that agree have no spread from which an interval could be reckoned, and yet a share of
/// the cases there could be may have been missed: of something that n cases never showed, up to 1 - 0.025^(1/n) with a confidence of 95 %
/// (Clopper and Pearson, 1934, for 0 of n).
/// </summary>
internal static class UnseenCases
{
    private const double Confidence = .95;

    /// <summary>Scores that lie no further apart agree.</summary>
    private const double Agreement = .01;

    /// <summary>The share of cases of a kind that none of so many showed, at most.</summary>
    /// <param name="cases">How many were seen, from 1.</param>
    public static double ShareOf(int cases) => 1 - Math.Pow((1 - Confidence) / 2, 1.0 / cases);

    /// <summary>Widens the interval of a mean score where the scores agree: cases of the share that is unseen may score anything.</summary>
    /// <param name="interval">The interval, in [0, 1].</param>
    /// <param name="scores">The scores that the mean is of, at least one.</param>
    public static (double Lower, double Upper) Widen((double Lower, double Upper) interval, IReadOnlyCollection<double> scores)
    {
        if (scores.Max() - scores.Min() > Agreement)
        {
            return interval;
        }

        var (mean, share) = (scores.Average(), ShareOf(scores.Count));
        return (Math.Min(interval.Lower, mean * (1 - share)), Math.Max(interval.Upper, (mean * (1 - share)) + share));
    }

    /// <summary>
    /// How far the interval of a mean difference reaches at least: cases of the share that is unseen may differ by as much the other way,
    /// and by anything where all cases were answered alike. Six cases that agree are the fewest that tell a direction, as in a sign test.
    /// </summary>
    /// <param name="difference">The mean difference.</param>
    /// <param name="differences">What it is of, case by case, at least one.</param>
    public static double LeastReach(double difference, IReadOnlyCollection<double> differences)
    {
        var share = ShareOf(differences.Count);
        return differences.All(each => each == 0) ? share : 2 * share * Math.Abs(difference);
    }
}
