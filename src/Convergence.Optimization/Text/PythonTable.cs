using System.Text;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>
/// A table as Python's <c>csv</c> writes it: values as <c>str()</c> gives them, <c>None</c> as nothing, lines that end in CR LF, and quotes
/// where a field holds a comma, a quote or a line end.
/// </summary>
public sealed class PythonTable
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a row.</summary>
    public void Add(IEnumerable<JsonNode?> fields) =>
        _text.AppendJoin(',', fields.Select(field => Quote(field is null ? string.Empty : PythonText.Of(field)))).Append("\r\n");

    /// <summary>The whole file.</summary>
    public override string ToString() => _text.ToString();

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
