using System.Globalization;
using Convergence.Merging.Diagnosis;
using Convergence.Reporting;

namespace Convergence.Cli.Diagnosis;

/// <summary>The share of elements that the models pull in opposite directions, by layer and kind of tensor.</summary>
internal static class ConflictMap
{
    private const double Left = 104;
    private const double Top = 46;
    private const double Right = ChartFrame.Width - 20;
    private const double RowHeight = 26;

    // Narrower cells have no room for a number.
    private const double NumberWidth = 22;

    public static Chart Draw(ModelDiagnosis diagnosis)
    {
        var layers = DiagnosisGroups.Layers(diagnosis);
        var kinds = DiagnosisGroups.Kinds(diagnosis);
        var cellWidth = (Right - Left) / layers.Count;
        var bottom = Top + (kinds.Count * RowHeight);
        var canvas = new SvgCanvas(ChartFrame.Width, bottom + 92, "Sign conflicts by layer and kind of tensor");
        canvas.Text(16, 26, "Sign conflicts by layer and kind of tensor", "title");
        for (var row = 0; row < kinds.Count; row++)
        {
            var y = Top + (row * RowHeight);
            canvas.Text(Left - 8, y + (RowHeight / 2) + 4, kinds[row], "tick", "end");
            for (var column = 0; column < layers.Count; column++)
            {
                if (DiagnosisGroups.At(diagnosis, layers[column], kinds[row]) is { ElementCount: > 0 } survey)
                {
                    DrawCell(
                        canvas, Left + (column * cellWidth), y, cellWidth,
                        (double)survey.Conflicts / survey.ElementCount, $"layer {layers[column]}, {kinds[row]}");
                }
            }
        }

        DrawLayers(canvas, layers.Count, cellWidth, bottom);
        DrawScale(canvas, bottom + 58);
        return new Chart(
            "sign-conflicts", canvas,
            "Percent of the elements that at least one model moves up and another down. "
            + "Where it is high, plain sums cancel out and electing a sign (ties) has work to do.");
    }

    private static void DrawCell(SvgCanvas canvas, double x, double y, double width, double share, string place)
    {
        var (cell, text) = ChartStyle.HeatOf(share);
        var percent = (share * 100).ToString("0", CultureInfo.InvariantCulture);
        var gap = width > 8 ? 1 : 0;
        canvas.Rectangle(
            x, y, width - gap, RowHeight - 1, cell, $"{place}: {(share * 100).ToString("0.0", CultureInfo.InvariantCulture)} %");
        if (width >= NumberWidth)
        {
            canvas.Text(x + (width / 2), y + (RowHeight / 2) + 4, percent, text, "middle");
        }
    }

    private static void DrawLayers(SvgCanvas canvas, int count, double cellWidth, double bottom)
    {
        var axis = Axis.Exact(
            0, Math.Max(1, count - 1), Left + (cellWidth / 2), Left + (cellWidth / 2) + (Math.Max(1, count - 1) * cellWidth));
        foreach (var tick in axis.Ticks(10, wholeNumbers: true).Where(tick => tick < count))
        {
            canvas.Text(axis.Pixel(tick), bottom + 16, tick.ToString("F0", CultureInfo.InvariantCulture), "tick", "middle");
        }

        canvas.Text(Left + (count * cellWidth / 2), bottom + 36, "layer", "axis", "middle");
    }

    private static void DrawScale(SvgCanvas canvas, double y)
    {
        const double StepWidth = 24;
        canvas.Text(Left - 8, y + 12, "percent", "tick", "end");
        for (var step = 0; step < ChartStyle.HeatStepCount; step++)
        {
            var share = (double)step / (ChartStyle.HeatStepCount - 1);
            var (cell, _) = ChartStyle.HeatOf(share);
            canvas.Rectangle(Left + (step * StepWidth), y, StepWidth, 14, cell);
            if (step % 5 == 0)
            {
                canvas.Text(
                    Left + ((step + 0.5) * StepWidth), y + 28, (share * 100).ToString("0", CultureInfo.InvariantCulture), "tick", "middle");
            }
        }
    }
}
