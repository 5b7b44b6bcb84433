using System.Globalization;

namespace Convergence.Optimization.Results.Files;

/// <summary>Moments as Python's <c>isoformat()</c> writes them, in UTC: with six decimals, or none.</summary>
internal static class PythonTime
{
    public static string Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        var format = utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.ffffff";
        return utc.ToString(format, CultureInfo.InvariantCulture);
    }
}
