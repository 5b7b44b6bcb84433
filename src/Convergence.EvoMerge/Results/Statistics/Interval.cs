namespace Convergence.EvoMerge.Results.Statistics;

/// <summary>A number computed from a sample, with the interval that resampling puts around it.</summary>
/// <param name="Estimate">The number on the sample itself.</param>
/// <param name="Lower">The interval's lower end; NaN when the statistic is undefined on some resample.</param>
/// <param name="Upper">The interval's upper end; NaN when the statistic is undefined on some resample.</param>
public readonly record struct Interval(double Estimate, double Lower, double Upper)
{
    /// <summary>Whether the interval lies wholly on one side of zero. An undefined interval never does.</summary>
    public bool ExcludesZero => Lower > 0 || Upper < 0;
}
