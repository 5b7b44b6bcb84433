using System.Globalization;
using Convergence.LanguageModels.Tasks;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>
/// Every contestant's score in every task as a dot with its 95 % interval: one panel for the scores in [0, 1], where more is better,
/// and one for the perplexities, where less is.
/// </summary>
internal static class TaskScoreChart
{
    public static Chart Draw(TestResults test)
    {
        var caption = $"The {test.Split} split, which the search never saw. Whiskers: 95 % bootstrap intervals over examples.";
        var tasks = test.Contestants.SelectMany(contestant => contestant.Tasks).Select(score => (score.Task, score.Metric)).Distinct()
            .ToList();
        var scores = tasks.Where(task => !IsCost(task.Metric)).ToList();
        var costs = tasks.Where(task => IsCost(task.Metric)).ToList();
        var styles = ContestantStyle.For(test.Contestants);
        var legend = test.Contestants.Select((contestant, index) =>
            new LegendEntry(contestant.Name, TaskScorePanel.ClassesOf(styles[index].Series), styles[index].Shape)).ToList();
        var legendLines = 1 + (int)(legend.Sum(entry => 46 + SvgCanvas.WidthOf(entry.Text)) / (ChartFrame.Width - 80));
        var height = 44 + (20 * legendLines) + TaskScorePanel.HeightOf(scores.Count, test) + TaskScorePanel.HeightOf(costs.Count, test);
        var canvas = new SvgCanvas(ChartFrame.Width, Math.Max(height, 150), "Scores by task");
        canvas.Text(16, 26, "Scores by task", "title");
        var top = ChartFrame.DrawLegend(canvas, legend, 16, 48, ChartFrame.Width - 16) + 16;
        if (tasks.Count == 0)
        {
            canvas.Text(ChartFrame.Width / 2, top + 30, "no task was scored", "axis", "middle");
            return new Chart("tasks", canvas, caption);
        }

        var panel = new TaskScorePanel(canvas, test, styles);
        if (scores.Count > 0)
        {
            var axis = Axis.Exact(0, 1, TaskScorePanel.Left, TaskScorePanel.Right);
            panel.Draw(scores, axis, top, "score (right is better)", tick =>
                string.Create(CultureInfo.InvariantCulture, $"{tick * 100:0}\u00A0%"));
            top += TaskScorePanel.HeightOf(scores.Count, test);
        }

        if (costs.Count > 0)
        {
            var ends = test.Contestants.SelectMany(contestant => contestant.Tasks).Where(score => IsCost(score.Metric));
            var axis = Axis.ForPositive(
                ends.SelectMany(score => (double[])[score.Value, score.Lower95, score.Upper95]), TaskScorePanel.Left, TaskScorePanel.Right);
            panel.Draw(costs, axis, top, "perplexity (left is better)", tick => axis.Label(tick));
        }

        return new Chart("tasks", canvas, caption);
    }

    /// <summary>Whether less is better.</summary>
    public static bool IsCost(string metric) => !TaskMetrics.IsHigherBetter(metric);
}
