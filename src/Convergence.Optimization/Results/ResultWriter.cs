using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Optimization.Results.Files;
using Convergence.Optimization.Results.Page;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Results;

/// <summary>Writes what a run found into its directory, in the formats that are asked for.</summary>
public static class ResultWriter
{
    /// <summary>Writes every file; files of the same names are replaced, each of them whole or not at all.</summary>
    /// <param name="directory">The run's directory; made when it is not there.</param>
    /// <param name="result">The run.</param>
    /// <param name="settings">What is wanted.</param>
    /// <returns>The paths of the files that were written.</returns>
    /// <exception cref="ConvergenceException">A file cannot be written.</exception>
    public static ImmutableArray<string> Write(string directory, OptimizationResult result, ReportSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(settings);
        Directory.CreateDirectory(directory);
        ResultFile.Write(directory, result, settings);
        var written = ImmutableArray.CreateBuilder<string>();
        written.Add(Path.Combine(directory, ResultFile.Name));
        foreach (var (name, render) in Files(result, settings))
        {
            var path = Path.Combine(directory, name);
            AtomicFile.WriteAllText(path, render());
            written.Add(path);
        }

        if (settings.Export is { } export && result.Best is not null)
        {
            BestConfigExporter.Write(result, export);
            written.Add(export.Path);
        }

        return written.ToImmutable();
    }

    private static IEnumerable<(string Name, Func<string> Render)> Files(OptimizationResult result, ReportSettings settings)
    {
        if (settings.Formats.Contains("json"))
        {
            yield return ("best_config.json", () => BestConfigFile.Render(result));
            yield return ("detailed_results.json", () => DetailedResultsFile.Render(result, settings.SavesAllExperiments));
        }

        if (settings.Formats.Contains("csv"))
        {
            yield return ("experiments.csv", () => ExperimentTables.Experiments(result));
            yield return ("detailed_results.csv", () => ExperimentTables.DetailedResults(result));
        }

        if (settings.Formats.Contains("markdown"))
        {
            yield return ("report.md", () => MarkdownReport.Render(result, settings));
        }

        if (settings.Formats.Contains("html"))
        {
            yield return ("report.html", () => ResultPage.Render(result, settings));
        }

        yield return ("README.md", () => ReadmeFile.Render(result, settings));
    }
}
