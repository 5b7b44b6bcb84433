using System.Collections.Immutable;
using System.Globalization;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>Which share of the population each technique holds, generation by generation.</summary>
internal static class TechniqueChart
{
    public static Chart Draw(ImmutableArray<string> techniques, ImmutableArray<GenerationRecord> history)
    {
        // The legend runs in the order of the stack, bottom first.
        var legend = techniques.Select((name, index) => new LegendEntry(name, $"fill{ChartStyle.SeriesOf(index)}", MarkerShape.Square))
            .ToList();
        var frame = ChartFrame.WithLegend("Techniques in the population", legend);
        const string Caption = "Share of the population that uses each technique, stacked in the order of the legend from the bottom up.";
        var counted = history.Where(record => record.Summary.KindCounts.Sum() > 0).ToImmutableArray();
        if (counted.IsEmpty)
        {
            frame.DrawNothing("no generation was finished");
            return new Chart("techniques", frame.Canvas, Caption);
        }

        var horizontal = GenerationAxis.For(counted, frame);
        var vertical = Axis.Exact(0, 1, frame.Bottom, frame.Top);
        frame.DrawAxes(
            horizontal, vertical, GenerationAxis.Name, "share of the population", share =>
                string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %"));

        // A single generation is drawn as a bar: an area needs two ends.
        var lone = counted.Length == 1;
        var below = new double[counted.Length];
        for (var technique = 0; technique < techniques.Length; technique++)
        {
            var above = below.Select((floor, index) => floor + ShareOf(counted[index], technique)).ToArray();
            if (above.Zip(below, (high, low) => high - low).Any(share => share > 0))
            {
                var upper = Edge(counted, above, horizontal, vertical, lone ? 40 : 0);
                var lower = Edge(counted, below, horizontal, vertical, lone ? 40 : 0);
                frame.Canvas.Polygon(upper.Concat(lower.Reverse()), $"area fill{ChartStyle.SeriesOf(technique)}");
            }

            below = above;
        }

        return new Chart("techniques", frame.Canvas, Caption);
    }

    private static double ShareOf(GenerationRecord record, int technique) =>
        (double)record.Summary.KindCounts[technique] / record.Summary.KindCounts.Sum();

    private static IEnumerable<(double X, double Y)> Edge(
        ImmutableArray<GenerationRecord> history,
        double[] heights,
        Axis horizontal,
        Axis vertical,
        double halfWidth)
    {
        for (var index = 0; index < history.Length; index++)
        {
            var (x, y) = (horizontal.Pixel(history[index].Summary.Generation + 1), vertical.Pixel(heights[index]));
            yield return (x - halfWidth, y);
            if (halfWidth > 0)
            {
                yield return (x + halfWidth, y);
            }
        }
    }
}
