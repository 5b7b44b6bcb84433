namespace Convergence.Reporting;

/// <summary>What charts share: title, legend, grid and axes around a plotting area.</summary>
public sealed class ChartFrame
{
    public const double Width = 640;
    public const double Height = 340;
    private const double LegendLineHeight = 20;

    private readonly double _bottom;

    private ChartFrame(SvgCanvas canvas, double left, double top, double right, double bottom)
    {
        (Canvas, Left, Top, Right, _bottom) = (canvas, left, top, right, bottom);
    }

    public SvgCanvas Canvas { get; }

    public double Left { get; }

    public double Top { get; }

    public double Right { get; }

    public double Bottom => _bottom;

    /// <summary>A title, a legend below it, and room for both axes.</summary>
    public static ChartFrame WithLegend(string title, IReadOnlyList<LegendEntry> legend)
    {
        var canvas = new SvgCanvas(Width, Height, title);
        canvas.Text(16, 26, title, "title");
        var top = DrawLegend(canvas, legend, 16, 48, Width - 16) + 14;
        return new ChartFrame(canvas, 62, top, Width - 20, Height - 50);
    }

    /// <summary>Draws entries from left to right, wrapping at the edge.</summary>
    /// <returns>The y of the last line's bottom.</returns>
    public static double DrawLegend(SvgCanvas canvas, IReadOnlyList<LegendEntry> legend, double left, double top, double right)
    {
        var x = left;
        var y = top;
        foreach (var entry in legend)
        {
            var width = 30 + SvgCanvas.WidthOf(entry.Text) + 16;
            if (x > left && x + width > right)
            {
                x = left;
                y += LegendLineHeight;
            }

            if (entry.Shape is { } shape)
            {
                canvas.Marker(shape, x + 11, y - 4, 5.5, entry.Classes);
            }
            else
            {
                canvas.Line(x, y - 4, x + 22, y - 4, entry.Classes);
            }

            canvas.Text(x + 30, y, entry.Text);
            x += width;
        }

        return y + 4;
    }

    /// <summary>Grid lines, ticks and the axes' names.</summary>
    /// <param name="horizontal">To the right.</param>
    /// <param name="vertical">Upwards.</param>
    /// <param name="horizontalName">What goes to the right.</param>
    /// <param name="verticalName">What goes up.</param>
    /// <param name="verticalLabel">What a tick is called. Default: its number.</param>
    /// <param name="horizontalLabel">What a tick is called. Default: whole numbers, and ticks at these only.</param>
    public void DrawAxes(
        Axis horizontal,
        Axis vertical,
        string horizontalName,
        string verticalName,
        Func<double, string>? verticalLabel = null,
        Func<double, string>? horizontalLabel = null)
    {
        foreach (var tick in vertical.Ticks())
        {
            var y = vertical.Pixel(tick);
            Canvas.Line(Left, y, Right, y, "grid");
            Canvas.Text(Left - 8, y + 4, verticalLabel?.Invoke(tick) ?? vertical.Label(tick), "tick", "end");
        }

        var ticks = horizontalLabel is null ? horizontal.Ticks(8, wholeNumbers: true) : horizontal.Ticks();
        foreach (var tick in ticks)
        {
            var x = horizontal.Pixel(tick);
            Canvas.Line(x, Bottom, x, Bottom + 5, "frame");
            var label = horizontalLabel?.Invoke(tick) ?? tick.ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
            Canvas.Text(x, Bottom + 19, label, "tick", "middle");
        }

        Canvas.Line(Left, Bottom, Right, Bottom, "frame");
        Canvas.Text((Left + Right) / 2, Height - 10, horizontalName, "axis", "middle");
        Canvas.Text(18, (Top + Bottom) / 2, verticalName, "axis", "middle", turn: -90);
    }

    /// <summary>Says in the plotting area that there is nothing to plot.</summary>
    public void DrawNothing(string reason) => Canvas.Text((Left + Right) / 2, (Top + Bottom) / 2, reason, "axis", "middle");
}
