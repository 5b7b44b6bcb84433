using System.Globalization;

namespace Convergence.Bench.Tables;

/// <summary>
/// Rows of a comparison, printed as a Markdown table: what, measured, the limit or peer of the same run, ratio, target, verdict.
/// </summary>
/// <param name="title">Above the table.</param>
/// <param name="live">Receives each row when it is added, so that one that takes long is not lost with what comes after it.</param>
internal sealed class ResultTable(string title, TextWriter? live = null)
{
    private readonly List<string[]> _rows = [];
    private readonly List<string> _notes = [];

    public void Add(string what, string measured, string against, string ratio, string target, bool? reached)
    {
        _rows.Add([what, measured, against, ratio, target, reached switch { true => "yes", false => "**no**", null => "" }]);
        live?.WriteLine($"{what}: {measured}");
        live?.Flush();
    }

    public void Note(string text) => _notes.Add(text);

    public void Print(TextWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine($"### {title}");
        writer.WriteLine();
        writer.WriteLine("| what | measured | limit or peer in the same run | ratio | target | reached |");
        writer.WriteLine("|---|---|---|---|---|---|");
        foreach (var row in _rows)
        {
            writer.WriteLine("| " + string.Join(" | ", row) + " |");
        }

        foreach (var note in _notes)
        {
            writer.WriteLine();
            writer.WriteLine(note);
        }

        writer.Flush();
    }

    public static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);
}
