namespace Convergence.Reporting;

/// <summary>A row for each of a few things: a mark, or a bar, at its value, and the interval around it.</summary>
/// <param name="title">The chart's title.</param>
/// <param name="axisName">What the values are.</param>
public sealed class RowChart(string title, string axisName)
{
    private const double Left = 186;
    private const double Right = ChartFrame.Width - 168;
    private const double RowHeight = 40;
    private const double Top = 46;
    private const int LongestLabel = 21;

    /// <value>From top to bottom.</value>
    public required IReadOnlyList<ChartRow> Rows { get; init; }

    /// <value>What is said where there are no rows.</value>
    public string Nothing { get; init; } = "there is nothing to show";

    /// <value>Whether a bar reaches from 0 to each value. Default: no.</value>
    public bool HasBars { get; init; }

    /// <value>A dotted line that values are read against. Default: none.</value>
    public double? Limit { get; init; }

    /// <value>What a tick is called. Default: its number.</value>
    public Func<double, string>? TickLabel { get; init; }

    /// <value>Ends that the axis does not go beyond. Default: none.</value>
    public (double Minimum, double Maximum) Range { get; init; } = (double.NegativeInfinity, double.PositiveInfinity);

    /// <value>The series whose colour marks have.</value>
    public int Series { get; init; }

    public SvgCanvas Draw()
    {
        var bottom = Top + (RowHeight * Math.Max(Rows.Count, 1));
        var canvas = new SvgCanvas(ChartFrame.Width, bottom + 56, title);
        canvas.Text(16, 26, title, "title");
        if (Rows.Count == 0)
        {
            canvas.Text(ChartFrame.Width / 2, Top + 26, Nothing, "axis", "middle");
            return canvas;
        }

        var axis = Axis.Around(
            Rows.SelectMany(row => (double[])[row.Value, row.Lower, row.Upper])
                .Concat(Limit is { } line ? [line] : []).Concat(HasBars ? [0] : []),
            Left, Right, Range.Minimum, Range.Maximum);
        DrawGrid(canvas, axis, bottom);
        for (var index = 0; index < Rows.Count; index++)
        {
            DrawRow(canvas, Rows[index], axis, Top + ((index + .5) * RowHeight));
        }

        return canvas;
    }

    private void DrawGrid(SvgCanvas canvas, Axis axis, double bottom)
    {
        for (var index = 0; index < Rows.Count; index += 2)
        {
            canvas.Rectangle(16, Top + (index * RowHeight), ChartFrame.Width - 32, RowHeight, "band");
        }

        foreach (var tick in axis.Ticks())
        {
            canvas.Line(axis.Pixel(tick), Top, axis.Pixel(tick), bottom, "grid");
            canvas.Text(axis.Pixel(tick), bottom + 18, TickLabel?.Invoke(tick) ?? axis.Label(tick), "tick", "middle");
        }

        canvas.Line(Left, bottom, Right, bottom, "frame");
        if (Limit is { } limit)
        {
            canvas.Line(axis.Pixel(limit), Top, axis.Pixel(limit), bottom, "limit");
        }

        canvas.Text((Left + Right) / 2, bottom + 40, axisName, "axis", "middle");
    }

    private void DrawRow(SvgCanvas canvas, ChartRow row, Axis axis, double y)
    {
        canvas.Text(24, y + 4, ReadableText.Shorten(row.Label, LongestLabel), "label strong");
        canvas.Text(Right + 14, y + (row.Remark.Length > 0 ? -2 : 4), row.Text, "label strong");
        canvas.Text(Right + 14, y + 13, row.Remark, "tick");
        if (!double.IsFinite(row.Value))
        {
            return;
        }

        var series = ChartStyle.SeriesOf(Series);
        if (HasBars)
        {
            var length = Math.Abs(axis.Pixel(row.Value) - axis.Pixel(0));
            canvas.Rectangle(axis.Pixel(Math.Min(0, row.Value)), y - 8, length, 16, $"fill{series}", row.Tooltip);
        }

        if (double.IsFinite(row.Lower) && double.IsFinite(row.Upper))
        {
            canvas.Line(axis.Pixel(row.Lower), y, axis.Pixel(row.Upper), y, HasBars ? "whisker frame" : $"whisker line{series}");
        }

        if (!HasBars)
        {
            var shape = row.IsFilled ? MarkerShape.Circle : MarkerShape.Ring;
            canvas.Marker(shape, axis.Pixel(row.Value), y, 6, $"fill{series} line{series}", row.Tooltip);
        }
    }
}
