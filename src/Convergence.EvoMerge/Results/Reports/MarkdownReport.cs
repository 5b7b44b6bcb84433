using System.Text;
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
        text.Append($"# {Escape(summary.JobName)}\n\n");
        foreach (var sentence in Findings.Of(summary))
        {
            text.Append($"{Escape(sentence)}\n");
        }

        AppendFacts(text, summary);
        AppendPlots(text, summary);
        AppendContestants(text, summary.Test);
        AppendComparisons(text, summary.Test);
        AppendTasks(text, summary.Test);
        if (!summary.Notes.IsEmpty)
        {
            text.Append("\n## Notes\n\n");
            text.AppendJoin(string.Empty, summary.Notes.Select(note => $"- {Escape(note)}\n"));
        }

        text.Append("\n## The champion's recipe\n\n").Append(Fenced("yaml", summary.ChampionRecipe));
        text.Append("\n## Configuration\n\n").Append(Fenced("json", effectiveConfiguration));
        return text.ToString();
    }

    private static void AppendFacts(StringBuilder text, RunSummary summary)
    {
        text.Append("\n| | |\n|---|---|\n");
        foreach (var (name, value) in Findings.Facts(summary))
        {
            text.Append($"| {Escape(name)} | {Escape(value)} |\n");
        }
    }

    private static void AppendPlots(StringBuilder text, RunSummary summary)
    {
        text.Append("\n## Plots\n\n");
        foreach (var chart in ReportCharts.Draw(summary))
        {
            text.Append($"![{chart.Name}](plots/{chart.Name}.svg)\n\n{Escape(chart.Caption)}\n\n");
        }
    }

    private static void AppendContestants(StringBuilder text, TestResults test)
    {
        text.Append(
            $"## Models on the split \"{Escape(test.Split)}\"\n\n| model | fitness | perplexity | accuracy |\n|---|---:|---:|---:|\n");
        foreach (var contestant in test.Contestants)
        {
            text.Append(
                $"| {Escape(contestant.Name)} | {ReportFormat.Fitness(contestant.Fitness)} "
                + $"| {ReportFormat.Perplexity(contestant.Perplexity)} | {ReportFormat.Percent(contestant.Accuracy)} |\n");
        }
    }

    private static void AppendComparisons(StringBuilder text, TestResults test)
    {
        text.Append("\n| champion against | relative gain in fitness | 95 % interval | verdict |\n|---|---:|---:|---|\n");
        foreach (var comparison in test.Comparisons)
        {
            text.Append(
                $"| {Escape(comparison.Against)} | {ReportFormat.Gain(comparison.RelativeGain)} "
                + $"| {ReportFormat.GainInterval(comparison)} | {Verdict.InAWord(comparison)} |\n");
        }
    }

    private static void AppendTasks(StringBuilder text, TestResults test)
    {
        text.Append("\n| task | metric | model | score | 95 % interval | examples |\n|---|---|---|---:|---:|---:|\n");
        foreach (var (contestant, score) in Findings.ScoresByTask(test))
        {
            text.Append(
                $"| {Escape(score.Task)} | {Escape(score.Metric)} | {Escape(contestant.Name)} "
                + $"| {ReportFormat.Score(score)} | {ReportFormat.ScoreInterval(score)} | {ReportFormat.Count(score.ExampleCount)} |\n");
        }
    }

    /// <summary>Names may hold anything: nothing of them may act as Markdown or HTML.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '\r' or '\n')
            {
                escaped.Append(' ');
                continue;
            }

            if (character is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '<' or '>')
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    private static string Fenced(string language, string content)
    {
        var fence = "```";
        while (content.Contains(fence, StringComparison.Ordinal))
        {
            fence += "`";
        }

        return $"{fence}{language}\n{content.TrimEnd()}\n{fence}\n";
    }
}
