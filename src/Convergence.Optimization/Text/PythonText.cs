using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>
/// JSON values as Python writes them: the files and databases of the Python original hold such texts (<c>False</c>,
/// <c>['\n\n']</c>), and what is compatible with them must, too.
/// </summary>
public static class PythonText
{
    private static readonly PythonWriter Writer = new("None", "True", "False", sortsKeys: false, WriteQuoted);

    /// <summary>As <c>str()</c>: a string itself, anything else as <c>repr()</c>.</summary>
    public static string Of(JsonNode? node) =>
        JsonValues.Text(node) ?? Representation(node);

    /// <summary>As <c>repr()</c>.</summary>
    public static string Representation(JsonNode? node) => Writer.Write(node);

    /// <summary>
    /// As <c>repr()</c> of a float: the fewest digits that read back as the same number, with a point (<c>2.0</c>)
    /// from 1e-4 up to below 1e16, and with an exponent of at least two digits outside of that (<c>1e-05</c>).
    /// </summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var (digits, exponent) = ShortestDigits(Math.Abs(value));
        var sign = double.IsNegative(value) ? "-" : string.Empty;
        return sign + (exponent is >= -4 and < 16 ? Positional(digits, exponent) : Scientific(digits, exponent));
    }

    // The digits without a point, and the power of ten of the first of them.
    private static (string Digits, int Exponent) ShortestDigits(double magnitude)
    {
        var text = magnitude.ToString("E16", CultureInfo.InvariantCulture);
        for (var precision = 0; precision < 17; precision++)
        {
            text = magnitude.ToString("E" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(text, CultureInfo.InvariantCulture) == magnitude)
            {
                break;
            }
        }

        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var digits = text[..mark].Replace(".", string.Empty, StringComparison.Ordinal);
        return (digits, int.Parse(text[(mark + 1)..], CultureInfo.InvariantCulture));
    }

    private static string Positional(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        var padded = digits.PadRight(exponent + 1, '0');
        return padded[..(exponent + 1)] + "." + (padded.Length > exponent + 1 ? padded[(exponent + 1)..] : "0");
    }

    private static string Scientific(string digits, int exponent)
    {
        var fraction = digits.Length > 1 ? "." + digits[1..] : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    // In single quotes, unless there are single quotes in it and no double ones.
    private static void WriteQuoted(string value, StringBuilder text)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(quote);
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ when character == quote => text.Append('\\').Append(quote),
                _ when char.IsControl(character) => text.Append(CultureInfo.InvariantCulture, $@"\x{(int)character:x2}"),
                _ => text.Append(character),
            };
        }

        text.Append(quote);
    }
}
