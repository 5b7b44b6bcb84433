using System.Collections.Immutable;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>Best and mean fitness over the generations.</summary>
internal static class FitnessChart
{
    public static Chart Draw(ImmutableArray<GenerationRecord> history)
    {
        var frame = ChartFrame.WithLegend(
            "Fitness on the search split",
            [new("best so far", "line line0"), new("mean of the population", "line dashed line1")]);
        const string Caption = "Higher is better; 1 is the most the fitness can reach. A gap is a generation without a valid candidate.";
        var best = history.Select(record => record.Summary.BestFitness ?? double.NaN).ToArray();
        var mean = history.Select(record => record.Summary.MeanFitness ?? double.NaN).ToArray();
        if (!best.Any(double.IsFinite))
        {
            frame.DrawNothing("no generation has a valid candidate");
            return new Chart("fitness", frame.Canvas, Caption);
        }

        var horizontal = GenerationAxis.For(history, frame);
        var vertical = Axis.Around(best.Concat(mean), frame.Bottom, frame.Top, 0, 1);
        frame.DrawAxes(horizontal, vertical, GenerationAxis.Name, "fitness (0 to 1)");
        var positions = history.Select(record => horizontal.Pixel(record.Summary.Generation + 1)).ToArray();
        frame.Canvas.Polyline(positions.Zip(mean, (x, value) => (x, vertical.Pixel(value))), "line dashed line1");
        frame.Canvas.Polyline(positions.Zip(best, (x, value) => (x, vertical.Pixel(value))), "line line0");
        for (var index = 0; index < history.Length; index++)
        {
            if (double.IsFinite(best[index]) && (index == 0 || !(best[index] <= best[index - 1])))
            {
                var technique = history[index].BestTechnique ?? "unknown technique";
                var tooltip = $"generation {history[index].Summary.Generation + 1}: {ReportFormat.Fitness(best[index])}, {technique}";
                frame.Canvas.Marker(MarkerShape.Circle, positions[index], vertical.Pixel(best[index]), 3.6, "fill0", tooltip);
            }
        }

        return new Chart("fitness", frame.Canvas, Caption + " Dots mark the generations that found a better recipe.");
    }
}
