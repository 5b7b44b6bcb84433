using Convergence.Reporting;

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
        var page = new HtmlPage($"{summary.JobName} – evolution report")
            .Header("Evolution report", summary.JobName, Findings.Of(summary), Findings.Facts(summary))
            .Figures(ReportCharts.Draw(summary));
        AddModels(page, summary.Test);
        AddTasks(page, summary.Test);
        return page
            .List("Notes", summary.Notes)
            .Text("The champion's recipe", summary.ChampionRecipe, open: true)
            .Text("Configuration", effectiveConfiguration, open: false)
            .Render();
    }

    private static void AddModels(HtmlPage page, TestResults test) => page.Table(
        $"Models on the {test.Split} split",
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

    private static void AddTasks(HtmlPage page, TestResults test) => page.Table(
        "Scores by task",
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

    private static string RoleName(ContestantRole role) => role switch
    {
        ContestantRole.Champion => "champion",
        ContestantRole.Parent => "parent",
        ContestantRole.PlainAverage => "plain average",
        ContestantRole.StartingRecipe => "starting recipe",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };
}
