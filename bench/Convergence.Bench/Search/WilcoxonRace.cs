using MathNet.Numerics.Distributions;

namespace Convergence.Bench.Search;

/// <summary>
/// The rule to compare races with: configurations one after another meet the cases, and one is given up as soon as Wilcoxon's
/// signed-rank test says that it is worse than the best so far on the cases of both (one-sided, p below 0.1, ties left out, from the fifth
/// case on). One that met all cases and has more successes becomes the best. It looks after every case, so its p is no error rate.
/// </summary>
internal static class WilcoxonRace
{
    private const double Significance = 0.1;
    private const int FirstCases = 5;

    /// <param name="scores">0 or 1, of each configuration on each case.</param>
    /// <returns>The winner, and how many evaluations it took.</returns>
    public static (int Winner, int Calls) Run(double[][] scores)
    {
        var (best, calls) = (0, scores[0].Length);
        for (var rival = 1; rival < scores.Length; rival++)
        {
            var met = CasesMet(scores[rival], scores[best]);
            calls += met;
            best = met == scores[rival].Length && scores[rival].Sum() > scores[best].Sum() ? rival : best;
        }

        return (best, calls);
    }

    private static int CasesMet(double[] rival, double[] best)
    {
        var (wins, losses) = (0, 0);
        for (var index = 0; index < rival.Length; index++)
        {
            (wins, losses) = (wins + (rival[index] > best[index] ? 1 : 0), losses + (rival[index] < best[index] ? 1 : 0));
            if (index + 1 >= FirstCases && wins + losses > 0 && Chance(wins, wins + losses) < Significance)
            {
                return index + 1;
            }
        }

        return rival.Length;
    }

    /// <summary>The chance of a rank sum this low, by its normal limit. All differences have one size, so ranks are their mean.</summary>
    private static double Chance(double wins, double count)
    {
        var sum = wins * (count + 1) / 2;
        var expected = count * (count + 1) / 4;
        var variance = ((count * (count + 1) * ((2 * count) + 1)) - (((count * count * count) - count) / 2)) / 24;
        return Normal.CDF(0, 1, (sum - expected) / Math.Sqrt(variance));
    }
}
