using System.Collections.Immutable;
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
    private const double Left = 186;
    private const double Right = ChartFrame.Width - 24;
    private const double RowStep = 15;
    private const double TaskGap = 14;

    public static Chart Draw(TestResults test)
    {
        var caption = $"The {test.Split} split, which the search never saw. Whiskers: 95 % bootstrap intervals over examples.";
        var tasks = test.Contestants.SelectMany(contestant => contestant.Tasks).Select(score => (score.Task, score.Metric)).Distinct().ToList();
        var scores = tasks.Where(task => !IsCost(task.Metric)).ToList();
        var costs = tasks.Where(task => IsCost(task.Metric)).ToList();
        var styles = ContestantStyle.For(test.Contestants);
        var legend = test.Contestants.Select((contestant, index) => new LegendEntry(contestant.Name, ClassesOf(styles[index].Series), styles[index].Shape)).ToList();
        var legendLines = 1 + (int)(legend.Sum(entry => 46 + SvgCanvas.WidthOf(entry.Text)) / (ChartFrame.Width - 80));
        var height = 44 + (20 * legendLines) + PanelHeight(scores.Count, test) + PanelHeight(costs.Count, test);
        var canvas = new SvgCanvas(ChartFrame.Width, Math.Max(height, 150), "Scores by task");
        canvas.Text(16, 26, "Scores by task", "title");
        var top = ChartFrame.DrawLegend(canvas, legend, 16, 48, ChartFrame.Width - 16) + 16;
        if (tasks.Count == 0)
        {
            canvas.Text(ChartFrame.Width / 2, top + 30, "no task was scored", "axis", "middle");
            return new Chart("tasks", canvas, caption);
        }

        if (scores.Count > 0)
        {
            var axis = Axis.Exact(0, 1, Left, Right);
            DrawPanel(canvas, test, scores, styles, axis, ref top, "score (right is better)", tick => string.Create(CultureInfo.InvariantCulture, $"{tick * 100:0}\u00A0%"));
        }

        if (costs.Count > 0)
        {
            var ends = test.Contestants.SelectMany(contestant => contestant.Tasks).Where(score => IsCost(score.Metric));
            var axis = Axis.ForPositive(ends.SelectMany(score => (double[])[score.Value, score.Lower95, score.Upper95]), Left, Right);
            DrawPanel(canvas, test, costs, styles, axis, ref top, "perplexity (left is better)", tick => axis.Label(tick));
        }

        return new Chart("tasks", canvas, caption);
    }

    /// <summary>Whether less is better.</summary>
    public static bool IsCost(string metric) => !TaskMetrics.IsHigherBetter(metric);

    private static string ClassesOf(int series) => $"fill{series} line{series}";

    private static double RowsHeight(TestResults test) => (RowStep * test.Contestants.Length) + TaskGap;

    private static double PanelHeight(int taskCount, TestResults test) => taskCount == 0 ? 0 : (taskCount * RowsHeight(test)) + 62;

    private static void DrawPanel(
        SvgCanvas canvas,
        TestResults test,
        List<(string Task, string Metric)> tasks,
        ImmutableArray<(MarkerShape Shape, int Series)> styles,
        Axis axis,
        ref double top,
        string axisName,
        Func<double, string> label)
    {
        var bottom = top + (tasks.Count * RowsHeight(test));
        for (var task = 0; task < tasks.Count; task += 2)
        {
            canvas.Rectangle(16, top + (task * RowsHeight(test)), Right - 16 + 8, RowsHeight(test), "band");
        }

        foreach (var tick in axis.Ticks())
        {
            canvas.Line(axis.Pixel(tick), top, axis.Pixel(tick), bottom, "grid");
            canvas.Text(axis.Pixel(tick), bottom + 18, label(tick), "tick", "middle");
        }

        canvas.Line(Left, bottom, Right, bottom, "frame");
        canvas.Text((Left + Right) / 2, bottom + 38, axisName, "axis", "middle");
        foreach (var (task, metric) in tasks)
        {
            DrawTask(canvas, test, task, metric, styles, axis, top);
            top += RowsHeight(test);
        }

        top = bottom + 62;
    }

    private static void DrawTask(
        SvgCanvas canvas,
        TestResults test,
        string task,
        string metric,
        ImmutableArray<(MarkerShape Shape, int Series)> styles,
        Axis axis,
        double top)
    {
        var middle = top + (RowsHeight(test) / 2);
        canvas.Text(24, middle - 2, ReportFormat.Shorten(task, 21), "label strong");
        canvas.Text(24, middle + 13, ReportFormat.Shorten(metric, 22), "tick");
        for (var index = 0; index < test.Contestants.Length; index++)
        {
            var contestant = test.Contestants[index];
            var score = contestant.Tasks.FirstOrDefault(candidate => candidate.Task == task && candidate.Metric == metric);
            if (score is null || !double.IsFinite(score.Value))
            {
                continue;
            }

            var y = top + (TaskGap / 2) + (RowStep * (index + .5));
            if (double.IsFinite(score.Lower95) && double.IsFinite(score.Upper95))
            {
                canvas.Line(axis.Pixel(score.Lower95), y, axis.Pixel(score.Upper95), y, $"whisker line{styles[index].Series}");
            }

            var radius = contestant.Role == ContestantRole.Champion ? 6 : 5;
            var tooltip = $"{contestant.Name}, {task}: {ReportFormat.Score(score)} {ReportFormat.ScoreInterval(score)}, {score.ExampleCount} examples";
            canvas.Marker(styles[index].Shape, axis.Pixel(score.Value), y, radius, ClassesOf(styles[index].Series), tooltip);
        }
    }
}
