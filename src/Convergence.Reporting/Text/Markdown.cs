using System.Text;

namespace Convergence.Reporting;

/// <summary>Text made safe for Markdown.</summary>
public static class Markdown
{
    /// <summary>
    /// Names may hold anything: nothing of them may act as Markdown, as HTML, or on a terminal. Line ends and control characters become
    /// blanks.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                escaped.Append(' ');
                continue;
            }

            if (character is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '<' or '>')
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    /// <summary>
    /// A block of code, fenced by more backticks than it holds. Control characters but line ends and tabs become pictures.
    /// </summary>
    public static string Fenced(string language, string content)
    {
        content = Shown(content);
        var fence = "```";
        while (content.Contains(fence, StringComparison.Ordinal))
        {
            fence += "`";
        }

        return $"{fence}{language}\n{content.TrimEnd()}\n{fence}\n";
    }

    // U+2400 and on: pictures of the control characters, at the same distance.
    private static string Shown(string content) => string.Create(content.Length, content, static (shown, given) =>
    {
        for (var index = 0; index < shown.Length; index++)
        {
            shown[index] = given[index] switch
            {
                '\n' or '\r' or '\t' => given[index],
                < ' ' => (char)('\u2400' + given[index]),
                var character => char.IsControl(character) ? '\uFFFD' : character,
            };
        }
    });
}
