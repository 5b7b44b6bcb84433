using Convergence.Foundation.Files;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>Writes a run's reports: <c>history.csv</c>, <c>report.md</c>, <c>report.html</c> and <c>plots/*.svg</c>.</summary>
public static class ReportWriter
{
    /// <summary>Writes every report; files of the same names are replaced.</summary>
    /// <param name="directory">Where; made when it is not there.</param>
    /// <param name="summary">The run.</param>
    /// <param name="effectiveConfiguration">The configuration the run used, as text, defaults included.</param>
    public static void Write(string directory, RunSummary summary, string effectiveConfiguration)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var plots = Path.Combine(directory, "plots");
        Directory.CreateDirectory(plots);
        AtomicFile.WriteAllText(Path.Combine(directory, "history.csv"), HistoryCsv.Render(summary));
        foreach (var chart in ReportCharts.Draw(summary))
        {
            AtomicFile.WriteAllText(Path.Combine(plots, chart.Name + ".svg"), chart.Canvas.ToFile());
        }

        AtomicFile.WriteAllText(Path.Combine(directory, "report.md"), MarkdownReport.Render(summary, effectiveConfiguration));
        AtomicFile.WriteAllText(Path.Combine(directory, "report.html"), HtmlReport.Render(summary, effectiveConfiguration));
    }
}
