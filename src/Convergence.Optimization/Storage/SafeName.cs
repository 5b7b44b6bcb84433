using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Convergence.Optimization.Storage;

/// <summary>File names for free texts: no separators, nothing hidden, not too long, on every file system.</summary>
internal static class SafeName
{
    private const int MaxLength = 180;

    /// <summary>
    /// The text with <c>%XX</c> for every byte that is not an ASCII letter, a digit, a space or one of <c>_-.</c>, and for a leading point
    /// or space; a long one is cut and ends with 16 digits of its hash. Different texts have different names, except where a file system
    /// knows no capitals.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var name = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)value)
                || value is (byte)'_' or (byte)'-'
                || (value is (byte)'.' or (byte)' ' && name.Length > 0);
            _ = isPlain ? name.Append((char)value) : name.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return name.Length <= MaxLength ? name.ToString() : Shortened(name.ToString(), text);
    }

    private static string Shortened(string name, string text)
    {
        var end = Path.GetExtension(text);
        var extension = end.Length is > 1 and < 8 && end.Skip(1).All(char.IsAsciiLetterOrDigit) ? end : string.Empty;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
        return $"{name[..(MaxLength - 16 - extension.Length)]}{hash}{extension}";
    }
}
