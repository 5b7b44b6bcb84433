using System.Collections.Immutable;
using System.Text;
using Convergence.EvoMerge.Results.Reports.Charts;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>
/// <c>report.html</c>: one file with its styles and pictures inside; it loads nothing and runs no script. Well-formed XML, light or
/// dark as the reader's system asks.
/// </summary>
public static class HtmlReport
{
    /// <summary>The whole file.</summary>
    /// <param name="summary">The run.</param>
    /// <param name="effectiveConfiguration">The configuration the run used, as text.</param>
    public static string Render(RunSummary summary, string effectiveConfiguration)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(effectiveConfiguration);
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
            .Append($"<title>{Markup.Escape(summary.JobName)} – evolution report</title>\n")
            .Append($"<style>\n{HtmlStyle.Css}{ChartStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        AppendHeader(html, summary);
        AppendPlots(html, ReportCharts.Draw(summary));
        AppendModels(html, summary.Test);
        AppendTasks(html, summary.Test);
        AppendNotes(html, summary);
        AppendText(html, "The champion's recipe", summary.ChampionRecipe, open: true);
        AppendText(html, "Configuration", effectiveConfiguration, open: false);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendHeader(StringBuilder html, RunSummary summary)
    {
        html.Append($"<header>\n<p class=\"kind\">Evolution report</p>\n<h1>{Markup.Escape(summary.JobName)}</h1>\n");
        foreach (var sentence in Findings.Of(summary))
        {
            html.Append($"<p class=\"finding\">{Markup.Escape(sentence)}</p>\n");
        }

        html.Append("<dl class=\"facts\">\n");
        foreach (var (name, value) in Findings.Facts(summary))
        {
            html.Append($"<div><dt>{Markup.Escape(name)}</dt><dd>{Markup.Escape(value)}</dd></div>\n");
        }

        html.Append("</dl>\n</header>\n");
    }

    /// <summary>Two columns of nearly equal height: each figure, in order, goes to the shorter one.</summary>
    private static void AppendPlots(StringBuilder html, ImmutableArray<Chart> charts)
    {
        const double FrameHeight = 110;
        var columns = new StringBuilder[] { new(), new() };
        var heights = new double[columns.Length];
        foreach (var chart in charts)
        {
            var column = Array.IndexOf(heights, heights.Min());
            heights[column] += chart.Canvas.Height + FrameHeight;
            AppendFigure(columns[column], chart);
        }

        html.Append("<div class=\"plots\">\n");
        Array.ForEach(columns, column => html.Append("<div>\n").Append(column).Append("</div>\n"));
        html.Append("</div>\n");
    }

    private static void AppendFigure(StringBuilder html, Chart chart) => html
        .Append($"<figure id=\"{chart.Name}\">\n{chart.Canvas.ToInline()}<figcaption>{Markup.Escape(chart.Caption)}</figcaption>\n</figure>\n");

    private static void AppendModels(StringBuilder html, TestResults test)
    {
        html.Append($"<section>\n<h2>Models on the {Markup.Escape(test.Split)} split</h2>\n");
        AppendTable(
            html,
            ["model", "role", "fitness", "perplexity", "accuracy", "champion's gain", "95 % interval", "verdict"],
            test.Contestants.Select(contestant =>
            {
                var comparison = test.Comparisons.FirstOrDefault(row => row.Against == contestant.Name);
                return (string[])
                [
                    contestant.Name,
                    RoleName(contestant.Role),
                    ReportFormat.Fitness(contestant.Fitness),
                    ReportFormat.Perplexity(contestant.Perplexity),
                    ReportFormat.Percent(contestant.Accuracy),
                    comparison is null ? string.Empty : ReportFormat.Gain(comparison.RelativeGain),
                    comparison is null ? string.Empty : ReportFormat.GainInterval(comparison),
                    comparison is null ? string.Empty : Verdict.InAWord(comparison),
                ];
            }),
            numeric: [2, 3, 4, 5, 6]);
        html.Append("</section>\n");
    }

    private static void AppendTasks(StringBuilder html, TestResults test)
    {
        html.Append("<section>\n<h2>Scores by task</h2>\n");
        AppendTable(
            html,
            ["task", "metric", "model", "score", "95 % interval", "examples"],
            Findings.ScoresByTask(test).Select(pair => (string[])
            [
                pair.Score.Task,
                pair.Score.Metric,
                pair.Contestant.Name,
                ReportFormat.Score(pair.Score),
                ReportFormat.ScoreInterval(pair.Score),
                ReportFormat.Count(pair.Score.ExampleCount),
            ]),
            numeric: [3, 4, 5]);
        html.Append("</section>\n");
    }

    private static void AppendNotes(StringBuilder html, RunSummary summary)
    {
        if (summary.Notes.IsEmpty)
        {
            return;
        }

        html.Append("<section>\n<h2>Notes</h2>\n<ul>\n");
        foreach (var note in summary.Notes)
        {
            html.Append($"<li>{Markup.Escape(note)}</li>\n");
        }

        html.Append("</ul>\n</section>\n");
    }

    private static void AppendTable(StringBuilder html, string[] columns, IEnumerable<string[]> rows, int[] numeric)
    {
        string Class(int column) => Array.IndexOf(numeric, column) >= 0 ? " class=\"number\"" : string.Empty;
        html.Append("<div class=\"scroll\">\n<table>\n<thead><tr>");
        html.AppendJoin(string.Empty, columns.Select((column, index) => $"<th scope=\"col\"{Class(index)}>{Markup.Escape(column)}</th>"));
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            html.AppendJoin(string.Empty, row.Select((cell, index) => $"<td{Class(index)}>{Markup.Escape(cell)}</td>"));
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
    }

    private static void AppendText(StringBuilder html, string title, string text, bool open) => html
        .Append($"<details{(open ? " open=\"open\"" : string.Empty)}>\n<summary>{Markup.Escape(title)}</summary>\n")
        .Append($"<pre>{Markup.Escape(text.TrimEnd())}</pre>\n</details>\n");

    private static string RoleName(ContestantRole role) => role switch
    {
        ContestantRole.Champion => "champion",
        ContestantRole.Parent => "parent",
        ContestantRole.PlainAverage => "plain average",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };
}
