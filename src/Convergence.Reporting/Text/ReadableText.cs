using System.Globalization;

namespace Convergence.Reporting;

/// <summary>How numbers are said to people: invariant culture, an en dash for a missing one.</summary>
public static class ReadableText
{
    public const string Missing = "–";

    /// <summary>Seconds as a person says them: <c>4.2 s</c>, <c>2 min 31 s</c>, <c>1 h 05 min</c>.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0)
        {
            return Missing;
        }

        var whole = (long)Math.Round(seconds);
        return seconds < 59.95
            ? Fixed(seconds, "0.0") + " s"
            : whole < 3600
                ? string.Create(CultureInfo.InvariantCulture, $"{whole / 60} min {whole % 60:00} s")
                : string.Create(CultureInfo.InvariantCulture, $"{whole / 3600} h {whole % 3600 / 60:00} min");
    }

    /// <summary>With narrow spaces between thousands.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');

    public static string Percent(double share) => double.IsFinite(share) ? Fixed(share * 100, "0.0") + "\u00A0%" : Missing;

    /// <summary>At most so many characters, an ellipsis for the rest.</summary>
    public static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    /// <summary>In a .NET number format; an en dash for what is no finite number.</summary>
    public static string Fixed(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : Missing;
}
