namespace Convergence.Evolution.Racing;

/// <summary>
/// Successive halving (Karnin, Koren and Somekh, "Almost optimal exploration in multi-armed bandits", 2013; Jamieson and Talwalkar, 2016):
/// all configurations meet a few cases, the better half meets twice as many, until one is left. Its batches are large, where a
/// <see cref="CaseRace"/> decides after every score.
/// </summary>
public static class SuccessiveHalving
{
    /// <summary>The fewest cases of the first round.</summary>
    public const int FewestCases = 4;

    /// <summary>How many cases each configuration of the first round meets, a sixteenth of all but at least four.</summary>
    public static int FirstCases(int caseCount) => Math.Min(caseCount, Math.Max(FewestCases, caseCount / 16));

    /// <summary>How many evaluations it takes.</summary>
    public static int CallCount(int configurationCount, int caseCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(configurationCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(caseCount, 1);
        var (calls, met, target) = (0, 0, FirstCases(caseCount));
        for (var left = configurationCount; ; left /= 2)
        {
            calls += left * (target - met);
            if (left == 1)
            {
                return calls;
            }

            (met, target) = (target, Math.Min(caseCount, target * 2));
        }
    }

    /// <summary>Runs it.</summary>
    /// <param name="scores">Scores that nothing was told to yet.</param>
    /// <param name="evaluate">The score of a configuration on a case, or <see langword="null"/> when it cannot be had.</param>
    /// <returns>The configuration that is left.</returns>
    public static int Run(CaseScores scores, Func<int, int, double?> evaluate)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(evaluate);
        var target = FirstCases(scores.CaseCount);
        for (int[] left = [.. Enumerable.Range(0, scores.ConfigurationCount)]; ;)
        {
            foreach (var configuration in left)
            {
                while (scores.MetBy(configuration) < target)
                {
                    var next = scores.MetBy(configuration);
                    scores.Add(configuration, next, evaluate(configuration, next));
                }
            }

            if (left.Length == 1)
            {
                return left[0];
            }

            // NaN, which nothing is known of, sorts last.
            left = [.. left.OrderByDescending(scores.MeanOf).Take(left.Length / 2)];
            target = Math.Min(scores.CaseCount, target * 2);
        }
    }
}
