using System.Text;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Results.Files;

/// <summary>The winner as a file of another program: a Python module, YAML, or JSON (key <c>output.export_best_config</c>).</summary>
public static class BestConfigExporter
{
    /// <summary>The formats there are.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["python", "yaml", "json"];

    /// <summary>Writes it; a file of that name is replaced, its directory is made.</summary>
    public static void Write(OptimizationResult result, BestConfigExport export)
    {
        ArgumentNullException.ThrowIfNull(export);
        if (result.BestParameters is { } parameters)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(export.Path)!);
            AtomicFile.WriteAllText(export.Path, Render(result, parameters, export.Format));
        }
    }

    internal static string Render(OptimizationResult result, JsonObject parameters, string format) => format switch
    {
        "python" => $"{Comment(result)}\nBEST_CONFIG = {{\n{Lines(parameters, PythonEntry)}}}\n",
        "yaml" => $"{Comment(result)}{(parameters.Count == 0 ? "{}\n" : Lines(parameters, YamlEntry))}",
        "json" => ReadableJson.Of(parameters) + "\n",
        _ => throw new ArgumentException($"There is no format '{format}'.", nameof(format)),
    };

    private static string Comment(OptimizationResult result) =>
        $"# The best configuration of run {OneLine(result.RunId)} for {OneLine(result.ApiName)}: "
        + $"score {ResultText.Score(result.Best?.Score)} on the search's cases.\n";

    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static string Lines(JsonObject parameters, Func<string, JsonNode?, string> line) =>
        parameters.Aggregate(new StringBuilder(), (text, entry) => text.Append(line(entry.Key, entry.Value)).Append('\n')).ToString();

    private static string PythonEntry(string name, JsonNode? value) =>
        $"    {PythonText.Representation(name)}: {PythonText.Representation(value)},";

    // JSON is YAML; only names are written plain where nothing in them means something.
    private static string YamlEntry(string name, JsonNode? value) =>
        $"{(IsPlain(name) ? name : JsonValue.Create(name).ToJsonString())}: {ResultText.Value(value)}";

    private static bool IsPlain(string name) => name.Length > 0 && char.IsAsciiLetterLower(name[0]) && name.Length > 1
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
        && name is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off");
}
