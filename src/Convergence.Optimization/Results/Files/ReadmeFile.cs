using System.Globalization;
using System.Text;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Files;

/// <summary><c>README.md</c> of a run's directory: what lies there and what to do with it.</summary>
internal static class ReadmeFile
{
    private static readonly (string Name, string Format, string Content)[] Files =
    [
        ("report.html", "html", "the report with its charts: open it in a browser, it needs no network"),
        ("report.md", "markdown", "the same for reading in a repository, with every configuration"),
        ("best_config.json", "json", "the best configuration, to be put into calls"),
        ("detailed_results.json", "json", "every configuration with every call, its answer and its scores"),
        ("experiments.csv", "csv", "a row for each configuration"),
        ("detailed_results.csv", "csv", "a row for each call"),
    ];

    public static string Render(OptimizationResult result, ReportSettings settings)
    {
        var text = new StringBuilder();
        text.Append($"# Optimization of {Markdown.Escape(result.ApiName)}: results\n\n")
            .Append(CultureInfo.InvariantCulture, $"**Generated**: {result.Timestamp.UtcDateTime:yyyy-MM-dd HH:mm} UTC\n\n")
            .Append($"**Best Score**: {ResultText.Score(result.Best?.Score)} ({ResultText.Rating(result.Best?.Score)})\n\n");
        text.AppendJoin(string.Empty, ResultFindings.Of(result).Select(sentence => $"{Markdown.Escape(sentence)}\n\n"));
        text.Append("| file | content |\n|---|---|\n");
        foreach (var (name, format, content) in Files.Where(file => settings.Formats.Contains(file.Format)))
        {
            text.Append($"| `{name}` | {content} |\n");
        }

        text.Append($"| `{ResultFile.Name}` | everything, for `convergence report`, which makes the files above again |\n")
            .Append("| `cassette.jsonl`, `run.json` | every answer, for going on with the run and for `convergence rescore` |\n");
        return text.ToString();
    }
}
