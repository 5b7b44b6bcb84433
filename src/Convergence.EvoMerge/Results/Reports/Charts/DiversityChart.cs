using System.Collections.Immutable;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>The population's diversity over the generations, with the level that immigrants defend.</summary>
internal static class DiversityChart
{
    public static Chart Draw(ImmutableArray<GenerationRecord> history, double? minDiversity)
    {
        List<LegendEntry> legend = [new("diversity of the population", "line line2")];
        if (minDiversity is { } level)
        {
            legend.Add(new($"min_diversity = {ReportFormat.Number(level)}", "limit"));
        }

        if (history.Any(record => record.Summary.ImmigrantCount > 0))
        {
            legend.Add(new("immigrants brought in", "fill5", MarkerShape.Triangle));
        }

        var frame = ChartFrame.WithLegend("Diversity", legend);
        const string Caption = "Mean pairwise distance of the population's recipes, each normalised to [0, 1].";
        if (history.IsEmpty)
        {
            frame.DrawNothing("no generation was finished");
            return new Chart("diversity", frame.Canvas, Caption);
        }

        var values = history.Select(record => record.Summary.Diversity).ToArray();
        var horizontal = GenerationAxis.For(history, frame);
        var vertical = Axis.Around(values.Append(minDiversity ?? 0).Append(0), frame.Bottom, frame.Top, 0, 1);
        frame.DrawAxes(horizontal, vertical, GenerationAxis.Name, "mean distance (0 to 1)");
        if (minDiversity is { } limit)
        {
            frame.Canvas.Line(frame.Left, vertical.Pixel(limit), frame.Right, vertical.Pixel(limit), "limit");
        }

        var points = history.Select((record, index) => (horizontal.Pixel(record.Summary.Generation + 1), vertical.Pixel(values[index])))
            .ToArray();
        frame.Canvas.Polyline(points, "line line2");
        for (var index = 0; index < history.Length; index++)
        {
            var immigrants = history[index].Summary.ImmigrantCount;
            if (immigrants > 0)
            {
                frame.Canvas.Marker(
                    MarkerShape.Triangle, points[index].Item1, points[index].Item2, 4.5, "fill5", $"{immigrants} immigrants");
            }
        }

        return new Chart("diversity", frame.Canvas, Caption);
    }
}
