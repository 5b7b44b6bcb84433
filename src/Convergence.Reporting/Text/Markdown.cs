using System.Text;

namespace Convergence.Reporting;

/// <summary>Text made safe for Markdown.</summary>
public static class Markdown
{
    /// <summary>Names may hold anything: nothing of them may act as Markdown or HTML. Line ends become blanks.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '\r' or '\n')
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

    /// <summary>A block of code, fenced by more backticks than it holds.</summary>
    public static string Fenced(string language, string content)
    {
        var fence = "```";
        while (content.Contains(fence, StringComparison.Ordinal))
        {
            fence += "`";
        }

        return $"{fence}{language}\n{content.TrimEnd()}\n{fence}\n";
    }
}
