using System.Collections.Immutable;

namespace Convergence.Reporting;

/// <summary>Points over two measures, and a line through some of them.</summary>
/// <param name="title">The chart's title.</param>
/// <param name="horizontalName">What goes to the right.</param>
/// <param name="verticalName">What goes up.</param>
public sealed class ScatterChart(string title, string horizontalName, string verticalName)
{
    /// <value>Drawn in this order, later ones above.</value>
    public required ImmutableArray<ScatterSeries> Series { get; init; }

    /// <value>Corners of a line, from left to right. Default: none.</value>
    public ImmutableArray<(double X, double Y)> Line { get; init; } = [];

    /// <value>What the legend calls the line.</value>
    public string LineName { get; init; } = "";

    /// <value>A horizontal dotted line and what the legend calls it. Default: none.</value>
    public (double Y, string Name)? Limit { get; init; }

    /// <value>What is said where there are no points.</value>
    public string Nothing { get; init; } = "there is nothing to show";

    /// <value>Whether what goes to the right is positive, and shown by ratios where it spans much. Default: no.</value>
    public bool IsHorizontalPositive { get; init; }

    /// <value>Whether what goes to the right are whole numbers. Default: no.</value>
    public bool IsHorizontalWhole { get; init; }

    /// <value>Ends that the vertical axis does not go beyond. Default: 0 and 1.</value>
    public (double Minimum, double Maximum) VerticalRange { get; init; } = (0, 1);

    public SvgCanvas Draw()
    {
        var shown = Series.Where(series => series.Points.Any(IsFinite)).ToList();
        var frame = ChartFrame.WithLegend(title, [.. LegendOf(shown)]);
        var points = shown.SelectMany(series => series.Points).Where(IsFinite).ToList();
        if (points.Count == 0)
        {
            frame.DrawNothing(Nothing);
            return frame.Canvas;
        }

        var values = points.Select(point => point.X).Concat(Line.Select(corner => corner.X)).ToList();
        var horizontal = IsHorizontalPositive ? Axis.ForPositive(values, frame.Left + 6, frame.Right - 6)
            : IsHorizontalWhole ? Axis.Exact(values.Min(), values.Max(), frame.Left + 6, frame.Right - 6)
            : Axis.Around(values, frame.Left, frame.Right);
        var vertical = Axis.Around(
            points.Select(point => point.Y).Concat(Limit is { } limit ? [limit.Y] : []),
            frame.Bottom, frame.Top, VerticalRange.Minimum, VerticalRange.Maximum);
        frame.DrawAxes(horizontal, vertical, horizontalName, verticalName, horizontalLabel: IsHorizontalWhole ? null : LabelOf(horizontal));
        if (Limit is { } line)
        {
            frame.Canvas.Line(frame.Left, vertical.Pixel(line.Y), frame.Right, vertical.Pixel(line.Y), "limit");
        }

        frame.Canvas.Polyline(Line.Select(corner => (horizontal.Pixel(corner.X), vertical.Pixel(corner.Y))), "line line0");
        foreach (var series in shown)
        {
            var classes = $"fill{ChartStyle.SeriesOf(series.Colour)} line{ChartStyle.SeriesOf(series.Colour)}";
            foreach (var point in series.Points)
            {
                frame.Canvas.Marker(
                    series.Shape, horizontal.Pixel(point.X), vertical.Pixel(point.Y), series.Radius, classes, point.Tooltip);
            }
        }

        return frame.Canvas;
    }

    private static bool IsFinite(ScatterPoint point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static Func<double, string> LabelOf(Axis axis) => tick => axis.Label(tick);

    private IEnumerable<LegendEntry> LegendOf(IEnumerable<ScatterSeries> shown)
    {
        foreach (var series in shown)
        {
            var colour = ChartStyle.SeriesOf(series.Colour);
            yield return new LegendEntry(series.Name, $"fill{colour} line{colour}", series.Shape);
        }

        if (!Line.IsEmpty)
        {
            yield return new LegendEntry(LineName, "line line0");
        }

        if (Limit is { } limit)
        {
            yield return new LegendEntry(limit.Name, "limit");
        }
    }
}
