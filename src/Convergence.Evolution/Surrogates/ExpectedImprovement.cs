using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Surrogates;

/// <summary>The expected improvement on the best loss (Jones, Schonlau and Welch, "Efficient global optimization", 1998).</summary>
internal static class ExpectedImprovement
{
    /// <summary>Below this many deviations the tail's asymptote stands for the difference of two tiny numbers.</summary>
    private const double TailStart = -8;

    /// <summary>ln E max(0, best - loss) for a loss of Normal(mean, deviation): as a logarithm it still says where to go where the
    /// improvement itself underflows (Ament et al., "Unexpected improvements to expected improvement", 2023).</summary>
    public static double Log(double mean, double deviation, double best)
    {
        var z = (best - mean) / deviation;
        if (z < TailStart)
        {
            return Math.Log(deviation) + LogDensity(z) - Math.Log((z * z) + 2);
        }

        return Math.Log(deviation) + Math.Log(Math.Exp(LogDensity(z)) + (z * Normal.CDF(0, 1, z)));
    }

    private static double LogDensity(double z) => (-0.5 * z * z) - 0.9189385332046727;
}
