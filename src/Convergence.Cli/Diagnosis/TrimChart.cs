using Convergence.Merging.Diagnosis;
using Convergence.Reporting;

namespace Convergence.Cli.Diagnosis;

/// <summary>How much of each task vector's energy trimming keeps, by density.</summary>
internal static class TrimChart
{
    private const int StepCount = 40;

    public static Chart Draw(ModelDiagnosis diagnosis)
    {
        var frame = ChartFrame.WithLegend(
            "What trimming keeps",
            [.. diagnosis.Spreads.Select((_, index) => new LegendEntry(
                $"{ModelLetters.Of(diagnosis, index + 1)} {diagnosis.ShortNames[index + 1]}", $"line line{ChartStyle.SeriesOf(index)}"))]);
        var horizontal = Axis.Exact(0, 100, frame.Left + 6, frame.Right - 6);
        var vertical = Axis.Exact(0, 100, frame.Bottom, frame.Top);
        frame.DrawAxes(horizontal, vertical, "density: percent of the elements kept, largest first", "energy kept, percent");
        for (var index = 0; index < diagnosis.Spreads.Length; index++)
        {
            var spread = diagnosis.Spreads[index];
            frame.Canvas.Polyline(
                Enumerable.Range(0, StepCount + 1).Select(step => (double)step / StepCount)
                    .Select(density => (horizontal.Pixel(density * 100), vertical.Pixel(spread.KeptEnergy(density) * 100))),
                $"line line{ChartStyle.SeriesOf(index)}");
        }

        return new Chart(
            "trimming", frame.Canvas,
            "Share of the squared length of the task vectors that their largest elements carry: "
            + "the steeper the start, the more ties can trim.");
    }
}
