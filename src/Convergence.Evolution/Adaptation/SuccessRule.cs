namespace Convergence.Evolution.Adaptation;

/// <summary>
/// Rechenberg's 1/5 success rule ("Evolutionsstrategie", 1973) in its smooth form (Kern et al., "Learning probability distributions
/// in continuous evolutionary algorithms", 2004): steps grow while more than a fifth of the children beat their parents and
/// shrink while fewer do.
/// </summary>
public static class SuccessRule
{
    /// <summary>The rate of success at which the steps stay as they are.</summary>
    public const double TargetRate = 0.2;

    /// <summary>The step size never leaves [initial / 16, initial * 8], and is never above 0.5.</summary>
    public static double Adapt(double strength, int successCount, int childCount, double initial)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(childCount, successCount);
        if (childCount == 0)
        {
            return strength;
        }

        // A generation without success divides by about 1.28, one of nothing but successes multiplies by 2.7.
        var rate = (double)successCount / childCount;
        var adapted = strength * Math.Exp((rate - TargetRate) / (1 - TargetRate));
        return Math.Clamp(adapted, initial / 16, Math.Max(initial, Math.Min(initial * 8, 0.5)));
    }
}
