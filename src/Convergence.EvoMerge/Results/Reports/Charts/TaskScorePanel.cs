using System.Collections.Immutable;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>The scores of all models in tasks that share an axis, a band for each task, a row in it for each model.</summary>
internal sealed class TaskScorePanel(SvgCanvas canvas, TestResults test, ImmutableArray<(MarkerShape Shape, int Series)> styles)
{
    public const double Left = 186;
    public const double Right = ChartFrame.Width - 24;
    private const double RowStep = 15;
    private const double TaskGap = 14;
    private const double AxisHeight = 62;

    /// <summary>The height of a panel with its axis; 0 for one without tasks.</summary>
    public static double HeightOf(int taskCount, TestResults test) => taskCount == 0 ? 0 : (taskCount * RowsHeight(test)) + AxisHeight;

    /// <summary>The classes of a series' marks.</summary>
    public static string ClassesOf(int series) => $"fill{series} line{series}";

    public void Draw(List<(string Task, string Metric)> tasks, Axis axis, double top, string axisName, Func<double, string> label)
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
        for (var task = 0; task < tasks.Count; task++)
        {
            DrawTask(tasks[task].Task, tasks[task].Metric, axis, top + (task * RowsHeight(test)));
        }
    }

    private static double RowsHeight(TestResults test) => (RowStep * test.Contestants.Length) + TaskGap;

    private void DrawTask(string task, string metric, Axis axis, double top)
    {
        var middle = top + (RowsHeight(test) / 2);
        canvas.Text(24, middle - 2, ReportFormat.Shorten(task, 21), "label strong");
        canvas.Text(24, middle + 13, ReportFormat.Shorten(metric, 22), "tick");
        for (var index = 0; index < test.Contestants.Length; index++)
        {
            var score = test.Contestants[index].Tasks.FirstOrDefault(candidate => candidate.Task == task && candidate.Metric == metric);
            if (score is not null && double.IsFinite(score.Value))
            {
                DrawScore(test.Contestants[index], score, styles[index], axis, top + (TaskGap / 2) + (RowStep * (index + .5)));
            }
        }
    }

    private void DrawScore(Contestant contestant, TaskScore score, (MarkerShape Shape, int Series) style, Axis axis, double y)
    {
        if (double.IsFinite(score.Lower95) && double.IsFinite(score.Upper95))
        {
            canvas.Line(axis.Pixel(score.Lower95), y, axis.Pixel(score.Upper95), y, $"whisker line{style.Series}");
        }

        var radius = contestant.Role == ContestantRole.Champion ? 6 : 5;
        var tooltip = $"{contestant.Name}, {score.Task}: {ReportFormat.Score(score)} {ReportFormat.ScoreInterval(score)}, "
            + $"{score.ExampleCount} examples";
        canvas.Marker(style.Shape, axis.Pixel(score.Value), y, radius, ClassesOf(style.Series), tooltip);
    }
}
