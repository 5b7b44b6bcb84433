using System.Collections.Immutable;
using System.Text;

namespace Convergence.Reporting;

/// <summary>
/// A page in one file, with its styles and pictures inside; it loads nothing. Only a page with a <see cref="Ranking"/> runs a script, and
/// forbids any other. Well-formed XML, light or dark as the reader's system asks. Every text given to it is escaped. Built from top to
/// bottom.
/// </summary>
/// <param name="title">The window's title.</param>
public sealed class HtmlPage(string title)
{
    private readonly StringBuilder _body = new();
    private bool _hasRanking;

    /// <summary>The top of the page.</summary>
    /// <param name="kind">What kind of report it is, in small print.</param>
    /// <param name="heading">The heading.</param>
    /// <param name="findings">The most important sentences.</param>
    /// <param name="facts">Names and values, as tiles.</param>
    public HtmlPage Header(string kind, string heading, IEnumerable<string> findings, IEnumerable<(string Name, string Value)> facts)
    {
        _body.Append($"<header>\n<p class=\"kind\">{Markup.Escape(kind)}</p>\n<h1>{Markup.Escape(heading)}</h1>\n");
        foreach (var sentence in findings)
        {
            _body.Append($"<p class=\"finding\">{Markup.Escape(sentence)}</p>\n");
        }

        _body.Append("<dl class=\"facts\">\n");
        foreach (var (name, value) in facts)
        {
            _body.Append($"<div><dt>{Markup.Escape(name)}</dt><dd>{Markup.Escape(value)}</dd></div>\n");
        }

        _body.Append("</dl>\n</header>\n");
        return this;
    }

    /// <summary>Two columns of nearly equal height: each figure, in order, goes to the shorter one.</summary>
    public HtmlPage Figures(ImmutableArray<Chart> charts)
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

        _body.Append("<div class=\"plots\">\n");
        Array.ForEach(columns, column => _body.Append("<div>\n").Append(column).Append("</div>\n"));
        _body.Append("</div>\n");
        return this;
    }

    /// <summary>A section with a table.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="columns">The columns' names.</param>
    /// <param name="rows">Rows of as many cells.</param>
    /// <param name="numeric">The columns that are set to the right.</param>
    public HtmlPage Table(string heading, string[] columns, IEnumerable<string[]> rows, int[] numeric)
    {
        string Class(int column) => Array.IndexOf(numeric, column) >= 0 ? " class=\"number\"" : string.Empty;
        _body.Append($"<section>\n<h2>{Markup.Escape(heading)}</h2>\n<div class=\"scroll\">\n<table>\n<thead><tr>");
        _body.AppendJoin(string.Empty, columns.Select((column, index) => $"<th scope=\"col\"{Class(index)}>{Markup.Escape(column)}</th>"));
        _body.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            _body.Append("<tr>");
            _body.AppendJoin(string.Empty, row.Select((cell, index) => $"<td{Class(index)}>{Markup.Escape(cell)}</td>"));
            _body.Append("</tr>\n");
        }

        _body.Append("</tbody>\n</table>\n</div>\n</section>\n");
        return this;
    }

    /// <summary>A section with a list of sentences; nothing when there is none.</summary>
    public HtmlPage List(string heading, IReadOnlyCollection<string> sentences)
    {
        if (sentences.Count > 0)
        {
            _body.Append($"<section>\n<h2>{Markup.Escape(heading)}</h2>\n<ul>\n");
            _body.AppendJoin(string.Empty, sentences.Select(sentence => $"<li>{Markup.Escape(sentence)}</li>\n"));
            _body.Append("</ul>\n</section>\n");
        }

        return this;
    }

    /// <summary>A section of remarks, each behind a badge that says how grave it is.</summary>
    public HtmlPage Remarks(string heading, IEnumerable<PageRemark> remarks)
    {
        _body.Append($"<section>\n<h2>{Markup.Escape(heading)}</h2>\n<ul class=\"remarks\">\n");
        foreach (var remark in remarks)
        {
            _body.Append($"<li><span class=\"badge grade{remark.Grade}\">{Markup.Escape(remark.Badge)}</span>")
                .Append($"<div><b>{Markup.Escape(remark.Topic)}</b> {Markup.Escape(remark.Text)}")
                .Append(remark.Advice is null ? string.Empty : $"<p class=\"advice\">{Markup.Escape(remark.Advice)}</p>")
                .Append("</div></li>\n");
        }

        _body.Append("</ul>\n</section>\n");
        return this;
    }

    /// <summary>A text as it is, which can be folded away.</summary>
    public HtmlPage Text(string heading, string text, bool open)
    {
        _body.Append($"<details{(open ? " open=\"open\"" : string.Empty)}>\n<summary>{Markup.Escape(heading)}</summary>\n")
            .Append($"<pre>{Markup.Escape(text.TrimEnd())}</pre>\n</details>\n");
        return this;
    }

    /// <summary>A section with candidates and a slider for the weight of each measure.</summary>
    public HtmlPage Ranking(string heading, string explanation, Ranking ranking)
    {
        _body.Append(RankingSection.Render(heading, explanation, ranking));
        _hasRanking = true;
        return this;
    }

    /// <summary>The whole file.</summary>
    public string Render() =>
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        + "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
        + (_hasRanking ? $"<meta http-equiv=\"Content-Security-Policy\" content=\"{Markup.Escape(RankingSection.Policy)}\"/>\n" : "")
        + $"<title>{Markup.Escape(title)}</title>\n"
        + $"<style>\n{PageStyle.Css}{ChartStyle.Css}</style>\n</head>\n<body>\n<main>\n{_body}</main>\n"
        + (_hasRanking ? $"<script>{RankingSection.Script}</script>\n" : "")
        + "</body>\n</html>\n";

    private static void AppendFigure(StringBuilder html, Chart chart) => html
        .Append(
            $"<figure id=\"{chart.Name}\">\n{chart.Canvas.ToInline()}<figcaption>{Markup.Escape(chart.Caption)}</figcaption>\n</figure>\n");
}
