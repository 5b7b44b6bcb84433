using System.Globalization;
using System.Text;

namespace Convergence.Reporting;

/// <summary>
/// Text and numbers made safe for HTML and SVG. Names come from files that strangers wrote, so nothing goes in unescaped.
/// </summary>
public static class Markup
{
    /// <summary>Escaped for element content and quoted attributes; characters that XML forbids become U+FFFD.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': escaped.Append("&amp;"); break;
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                case '\t' or '\n' or '\r': escaped.Append((char)rune.Value); break;
                case < 0x20 or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF: escaped.Append('\uFFFD'); break;
                default: escaped.Append(rune.ToString()); break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>A coordinate: two decimals are finer than any screen.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
