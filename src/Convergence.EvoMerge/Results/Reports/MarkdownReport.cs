using System.Text;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary><c>report.md</c>: what the run found, for reading in a repository. Its pictures are the files under <c>plots/</c>.</summary>
public static class MarkdownReport
{
    /// <summary>The whole file.</summary>
    /// <param name="summary">The run.</param>
    /// <param name="effectiveConfiguration">The configuration the run used, as JSON.</param>
    public static string Render(RunSummary summary, string effectiveConfiguration)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(effectiveConfiguration);
        var text = new StringBuilder();
        text.Append($"# {Markdown.Escape(summary.JobName)}\n\n");
        foreach (var sentence in Findings.Of(summary))
        {
            text.Append($"{Markdown.Escape(sentence)}\n");
        }

        AppendFacts(text, summary);
        AppendPlots(text, summary);
        AppendContestants(text, summary.Test);
        AppendComparisons(text, summary.Test);
        AppendTasks(text, summary.Test);
        if (!summary.Notes.IsEmpty)
        {
            text.Append("\n## Notes\n\n");
            text.AppendJoin(string.Empty, summary.Notes.Select(note => $"- {Markdown.Escape(note)}\n"));
        }

        text.Append("\n## The champion's recipe\n\n").Append(Markdown.Fenced("yaml", summary.ChampionRecipe));
        text.Append("\n## Configuration\n\n").Append(Markdown.Fenced("json", effectiveConfiguration));
        return text.ToString();
    }

    private static void AppendFacts(StringBuilder text, RunSummary summary)
    {
        text.Append("\n| | |\n|---|---|\n");
        foreach (var (name, value) in Findings.Facts(summary))
        {
            text.Append($"| {Markdown.Escape(name)} | {Markdown.Escape(value)} |\n");
        }
    }

    private static void AppendPlots(StringBuilder text, RunSummary summary)
    {
        text.Append("\n## Plots\n\n");
        foreach (var chart in ReportCharts.Draw(summary))
        {
            text.Append($"![{chart.Name}](plots/{chart.Name}.svg)\n\n{Markdown.Escape(chart.Caption)}\n\n");
        }
    }

    private static void AppendContestants(StringBuilder text, TestResults test)
    {
        text.Append(
            $"## Models on the split \"{Markdown.Escape(test.Split)}\"\n\n"
            + "| model | fitness | perplexity | accuracy |\n|---|---:|---:|---:|\n");
        foreach (var contestant in test.Contestants)
        {
            text.Append(
                $"| {Markdown.Escape(contestant.Name)} | {ReportFormat.Fitness(contestant.Fitness)} "
                + $"| {ReportFormat.Perplexity(contestant.Perplexity)} | {ReportFormat.Percent(contestant.Accuracy)} |\n");
        }
    }

    private static void AppendComparisons(StringBuilder text, TestResults test)
    {
        text.Append("\n| champion against | relative gain in fitness | 95 % interval | verdict |\n|---|---:|---:|---|\n");
        foreach (var comparison in test.Comparisons)
        {
            text.Append(
                $"| {Markdown.Escape(comparison.Against)} | {ReportFormat.Gain(comparison.RelativeGain)} "
                + $"| {ReportFormat.GainInterval(comparison)} | {Verdict.InAWord(comparison)} |\n");
        }
    }

    private static void AppendTasks(StringBuilder text, TestResults test)
    {
        text.Append("\n| task | metric | model | score | 95 % interval | examples |\n|---|---|---|---:|---:|---:|\n");
        foreach (var (contestant, score) in Findings.ScoresByTask(test))
        {
            text.Append(
                $"| {Markdown.Escape(score.Task)} | {Markdown.Escape(score.Metric)} | {Markdown.Escape(contestant.Name)} "
                + $"| {ReportFormat.Score(score)} | {ReportFormat.ScoreInterval(score)} | {ReportFormat.Count(score.ExampleCount)} |\n");
        }
    }
}
