using System.Globalization;
using System.Text;

namespace Convergence.Cli.Hosting;

/// <summary>
/// Shows control characters instead of passing them on. Names and messages carry what stands in files from anywhere, and a terminal obeys
/// what it is sent: it would move its cursor, rename its window or hide lines.
/// </summary>
internal sealed class VisibleTextWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>
    /// The text with control characters, but line ends and tabs, written as <c>\u001B</c>; so are those that turn the direction of writing.
    /// </summary>
    public static string Of(string text) =>
        text.Any(MustShow) ? string.Concat(text.Select(letter => MustShow(letter) ? $"\\u{(int)letter:X4}" : letter.ToString())) : text;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => inner.Write(value is null ? null : Of(value));

    // The line end is the inner writer's own.
    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : Of(value));

    public override void Flush() => inner.Flush();

    private static bool MustShow(char letter) => letter is not ('\n' or '\t')
        && (char.IsControl(letter) || letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
}
