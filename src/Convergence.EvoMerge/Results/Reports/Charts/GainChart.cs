using System.Globalization;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>The champion's relative gain over each of the others, with its 95 % interval against the line of no difference.</summary>
internal static class GainChart
{
    private const double Left = 186;
    private const double Right = ChartFrame.Width - 168;
    private const double RowHeight = 40;

    public static Chart Draw(TestResults test)
    {
        const string Caption = "Relative gain of the champion's fitness over each other model on the same examples. "
            + "An interval that crosses the dotted line means: not significantly better.";
        var rows = test.Comparisons;
        var top = 46.0;
        var bottom = top + (RowHeight * Math.Max(rows.Length, 1));
        var canvas = new SvgCanvas(ChartFrame.Width, bottom + 56, "Champion against the others");
        canvas.Text(16, 26, "Champion against the others", "title");
        if (rows.IsEmpty)
        {
            canvas.Text(ChartFrame.Width / 2, top + 26, "there is nothing to compare with", "axis", "middle");
            return new Chart("gains", canvas, Caption);
        }

        var axis = Axis.Around(rows.SelectMany(row => (double[])[row.RelativeGain, row.Lower95, row.Upper95]).Append(0), Left, Right);
        for (var index = 0; index < rows.Length; index += 2)
        {
            canvas.Rectangle(16, top + (index * RowHeight), ChartFrame.Width - 32, RowHeight, "band");
        }

        foreach (var tick in axis.Ticks())
        {
            canvas.Line(axis.Pixel(tick), top, axis.Pixel(tick), bottom, "grid");
            canvas.Text(
                axis.Pixel(tick), bottom + 18,
                string.Create(CultureInfo.InvariantCulture, $"{tick * 100:+0.##;-0.##;0}\u00A0%"), "tick", "middle");
        }

        canvas.Line(Left, bottom, Right, bottom, "frame");
        canvas.Line(axis.Pixel(0), top, axis.Pixel(0), bottom, "limit");
        canvas.Text((Left + Right) / 2, bottom + 40, "relative gain in fitness", "axis", "middle");
        for (var index = 0; index < rows.Length; index++)
        {
            DrawRow(canvas, rows[index], axis, top + ((index + .5) * RowHeight));
        }

        return new Chart("gains", canvas, Caption);
    }

    private static void DrawRow(SvgCanvas canvas, Comparison row, Axis axis, double y)
    {
        canvas.Text(24, y + 4, ReportFormat.Shorten(row.Against, 21), "label strong");
        canvas.Text(Right + 14, y - 2, ReportFormat.Gain(row.RelativeGain), "label strong");
        canvas.Text(Right + 14, y + 13, Verdict.InAWord(row), "tick");
        if (!double.IsFinite(row.RelativeGain))
        {
            return;
        }

        if (double.IsFinite(row.Lower95) && double.IsFinite(row.Upper95))
        {
            canvas.Line(axis.Pixel(row.Lower95), y, axis.Pixel(row.Upper95), y, "whisker line5");
        }

        var shape = row.IsSignificant ? MarkerShape.Circle : MarkerShape.Ring;
        canvas.Marker(shape, axis.Pixel(row.RelativeGain), y, 6, "fill5 line5", Verdict.Sentence(row));
    }
}
