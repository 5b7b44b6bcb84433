using System.Collections.Immutable;
using System.Globalization;
using Convergence.Reporting;

namespace Convergence.Cli.Diagnosis;

/// <summary>Lines over the layers of a model, each value marked.</summary>
internal static class LayerChart
{
    // More marks than this hide their line.
    private const int MaxMarked = 48;

    private static readonly MarkerShape[] Shapes =
        [MarkerShape.Circle, MarkerShape.Square, MarkerShape.Triangle, MarkerShape.Diamond, MarkerShape.Cross, MarkerShape.Ring];

    public static Chart Draw(string name, string title, string valueName, ImmutableArray<LayerSeries> series, string caption)
    {
        var frame = ChartFrame.WithLegend(
            title, [.. series.Select((line, index) => new LegendEntry(
                line.Name, $"fill{ChartStyle.SeriesOf(index)} line{ChartStyle.SeriesOf(index)}", Shapes[index % Shapes.Length]))]);
        var values = series.SelectMany(line => line.Values).Where(double.IsFinite).ToList();
        if (values.Count == 0)
        {
            frame.DrawNothing("no values to plot");
            return new Chart(name, frame.Canvas, caption);
        }

        var layerCount = series[0].Values.Length;
        var horizontal = Axis.Exact(0, layerCount - 1, frame.Left + 10, frame.Right - 10);
        var vertical = Axis.Around(values.Append(0), frame.Bottom, frame.Top, hardMinimum: values.Min() < 0 ? -1 : 0);
        frame.DrawAxes(horizontal, vertical, "layer", valueName);
        for (var index = 0; index < series.Length; index++)
        {
            var points = series[index].Values.Select((value, layer) => (X: horizontal.Pixel(layer), Y: vertical.Pixel(value))).ToArray();
            frame.Canvas.Polyline(points, $"line line{ChartStyle.SeriesOf(index)}");
            for (var layer = 0; layer < layerCount && layerCount <= MaxMarked; layer++)
            {
                if (double.IsFinite(points[layer].Y))
                {
                    var tooltip = string.Create(
                        CultureInfo.InvariantCulture, $"{series[index].Name}, layer {layer}: {series[index].Values[layer]:0.####}");
                    frame.Canvas.Marker(
                        Shapes[index % Shapes.Length], points[layer].X, points[layer].Y, 4,
                        $"fill{ChartStyle.SeriesOf(index)} line{ChartStyle.SeriesOf(index)}", tooltip);
                }
            }
        }

        return new Chart(name, frame.Canvas, caption);
    }
}
