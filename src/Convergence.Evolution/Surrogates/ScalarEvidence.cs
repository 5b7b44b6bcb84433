using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Surrogates;

/// <summary>What was told, as points of the unit cube with one loss each, in the order of telling.</summary>
/// <param name="Points">The points.</param>
/// <param name="Losses">Finite values; lower is better.</param>
internal sealed record ScalarEvidence(double[][] Points, double[] Losses)
{
    private const double SumShare = 0.05;

    /// <summary>
    /// The losses of a search with one objective; those of several are made one by the augmented Chebyshev norm under weights drawn
    /// anew (ParEGO: Knowles, "ParEGO: a hybrid algorithm with on-line landscape approximation", 2006), so that one proposal after
    /// another goes for another part of the front.
    /// </summary>
    public static ScalarEvidence Of(TrialHistory history, SearchRandom random)
    {
        var scored = Enumerable.Range(0, history.ToldCount).Select(history.Told).Where(trial => trial.IsScored).ToArray();
        double[][] points = [.. scored.Select(trial => SpaceGeometry.Impute(history.PointOf(trial)))];
        return history.Directions.Length == 1
            ? new ScalarEvidence(points, [.. scored.Select(trial => history.LossOf(trial, 0))])
            : new ScalarEvidence(points, Scalarized(history, scored, random));
    }

    private static double[] Scalarized(TrialHistory history, Trial[] scored, SearchRandom random)
    {
        double[] weights = [.. history.Directions.Select(_ => -Math.Log(1 - random.NextDouble()))];
        var total = weights.Sum();
        var (largest, sum) = (new double[scored.Length], new double[scored.Length]);
        for (var objective = 0; objective < weights.Length; objective++)
        {
            double[] losses = [.. scored.Select(trial => history.LossOf(trial, objective))];
            var (lowest, range) = losses.Length == 0 ? (0, 1) : (losses.Min(), Math.Max(losses.Max() - losses.Min(), double.Epsilon));
            for (var index = 0; index < losses.Length; index++)
            {
                var weighted = weights[objective] / total * (losses[index] - lowest) / range;
                largest[index] = Math.Max(largest[index], weighted);
                sum[index] += weighted;
            }
        }

        return [.. largest.Zip(sum, (most, all) => most + (SumShare * all))];
    }
}
