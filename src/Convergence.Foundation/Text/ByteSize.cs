using System.Globalization;

namespace Convergence.Foundation.Text;

/// <summary>
/// Sizes as people write them: <c>5GB</c>, <c>1.5 GiB</c>, <c>4096</c>. KB, MB, GB and TB are powers of 1000, KiB to TiB of 1024.
/// </summary>
public static class ByteSize
{
    private static readonly (string Name, double Factor)[] Units =
    [
        ("KiB", 1024.0), ("MiB", 1048576.0), ("GiB", 1073741824.0), ("TiB", 1099511627776.0),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
    ];

    /// <summary>Reads a size of at least one byte, whatever the case of its unit; without a unit it counts bytes.</summary>
    /// <returns>The size in bytes, a fraction cut off; <see langword="null"/> when the text is no such size.</returns>
    public static long? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var (name, factor) = Array.Find(Units, unit => trimmed.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        var number = trimmed[..^(name?.Length ?? 0)].TrimEnd();
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * (name is null ? 1 : factor) is >= 1 and < long.MaxValue
            ? (long)(value * (name is null ? 1 : factor))
            : null;
    }

    /// <summary>Three digits or so, for readers: <c>512 B</c>, <c>4.2 MB</c>, <c>1.37 GB</c>.</summary>
    public static string Format(double byteCount)
    {
        string[] names = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        while (byteCount >= 999.5 && unit < names.Length - 1)
        {
            byteCount /= 1000;
            unit++;
        }

        var format = unit == 0 || byteCount >= 99.95 ? "0" : byteCount >= 9.995 ? "0.0" : "0.00";
        return byteCount.ToString(format, CultureInfo.InvariantCulture) + " " + names[unit];
    }
}
