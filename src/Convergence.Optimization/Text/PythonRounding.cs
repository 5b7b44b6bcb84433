using System.Globalization;

namespace Convergence.Optimization.Text;

/// <summary>Rounding as Python's <c>round(x, digits)</c> does it: by the number's exact binary value, ties to even.</summary>
public static class PythonRounding
{
    /// <summary>Rounds to a number of decimals.</summary>
    /// <param name="value">A number whose magnitude is below 1e7.</param>
    /// <param name="decimals">From 0 to 10.</param>
    public static double Round(double value, int decimals)
    {
        // 20 decimals tell on which side of a tie the number is; where they show a tie, it is one.
        var exact = decimal.Parse(value.ToString("F20", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (double)Math.Round(exact, decimals, MidpointRounding.ToEven);
    }
}
