namespace Convergence.Evolution.Surrogates;

/// <summary>
/// Losses as a Gaussian process can bear them: ln(1 + (loss - lowest) / scale), which is linear near the best and logarithmic far from
/// it, so that a few huge losses do not hide the rest. The order stays.
/// </summary>
internal static class LossWarp
{
    /// <summary>The share of the losses that lies in the linear part.</summary>
    private const double LinearShare = 0.25;

    /// <summary>The warped losses, of mean 0 and deviation 1 (all 0 when all are equal).</summary>
    public static double[] Standardized(double[] losses)
    {
        var sorted = losses.Order().ToArray();
        var lowest = sorted[0];
        var scale = sorted[(int)Math.Ceiling(LinearShare * (sorted.Length - 1))] - lowest;
        if (!(scale > 0))
        {
            scale = sorted[^1] > lowest ? sorted.First(loss => loss > lowest) - lowest : 1;
        }

        double[] warped = [.. losses.Select(loss => Math.Log(1 + ((loss - lowest) / scale)))];
        var mean = warped.Average();
        var deviation = Math.Sqrt(warped.Sum(value => (value - mean) * (value - mean)) / warped.Length);
        return [.. warped.Select(value => deviation > 0 ? (value - mean) / deviation : 0)];
    }
}
