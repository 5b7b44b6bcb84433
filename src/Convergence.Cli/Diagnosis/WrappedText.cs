namespace Convergence.Cli.Diagnosis;

/// <summary>Breaks sentences at spaces, for a terminal of eighty columns.</summary>
internal static class WrappedText
{
    public const int Width = 80;

    // A number stays with its percent sign: no-break space.
    private const string Attached = "\u00A0%";

    /// <summary>Writes a text behind a first column, later lines below its beginning.</summary>
    /// <param name="output">Where.</param>
    /// <param name="lead">What stands in the first column.</param>
    /// <param name="indent">Where the text begins; at least the length of <paramref name="lead"/>.</param>
    /// <param name="text">The text. A word that is too long stays whole.</param>
    public static void Write(TextWriter output, string lead, int indent, string text)
    {
        var line = lead.PadRight(indent);
        var isFresh = true;
        foreach (var word in text.Replace(" %", Attached, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isFresh && line.Length + 1 + word.Length > Width)
            {
                WriteLine(output, line);
                line = new string(' ', indent);
                isFresh = true;
            }

            line += isFresh ? word : " " + word;
            isFresh = false;
        }

        WriteLine(output, line.TrimEnd());
    }

    private static void WriteLine(TextWriter output, string line) =>
        output.WriteLine(line.Replace(Attached, " %", StringComparison.Ordinal));
}
