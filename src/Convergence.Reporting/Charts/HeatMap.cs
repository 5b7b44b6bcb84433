using System.Globalization;

namespace Convergence.Reporting;

/// <summary>A table whose cells are coloured by how much they hold, from 0 to 1.</summary>
/// <param name="title">The chart's title.</param>
/// <param name="rows">What the rows are called, from top to bottom; at least one.</param>
/// <param name="columns">What the columns are called; at least one.</param>
public sealed class HeatMap(string title, IReadOnlyList<string> rows, IReadOnlyList<string> columns)
{
    private const double Top = 46;
    private const double Right = ChartFrame.Width - 20;
    private const double RowHeight = 26;

    // Narrower cells have no room for a number.
    private const double NumberWidth = 22;

    // Names that stand upright need no more than this from each other.
    private const double UprightWidth = 13;
    private const int LongestRowName = 24;
    private const int LongestColumnName = 18;

    private readonly double _left =
        Math.Max(104, 24 + rows.Max(row => SvgCanvas.WidthOf(ReadableText.Shorten(row, LongestRowName))));

    /// <value>How much a cell holds by row and column; NaN for one that is left out.</value>
    public required Func<int, int, double> Share { get; init; }

    /// <value>What is said of a cell when it is pointed at.</value>
    public required Func<int, int, string> Tooltip { get; init; }

    /// <value>What the columns are.</value>
    public required string ColumnsName { get; init; }

    /// <value>What the colours mean, in a word.</value>
    public required string ScaleName { get; init; }

    /// <value>How an amount is written. Default: in percent, without the sign.</value>
    public Func<double, string> Number { get; init; } = share => (share * 100).ToString("0", CultureInfo.InvariantCulture);

    public SvgCanvas Draw()
    {
        var cellWidth = (Right - _left) / columns.Count;
        var bottom = Top + (rows.Count * RowHeight);
        var namesHeight = NamesHeight(cellWidth);
        var canvas = new SvgCanvas(ChartFrame.Width, bottom + namesHeight + 76, title);
        canvas.Text(16, 26, title, "title");
        for (var row = 0; row < rows.Count; row++)
        {
            var y = Top + (row * RowHeight);
            canvas.Text(_left - 8, y + (RowHeight / 2) + 4, ReadableText.Shorten(rows[row], LongestRowName), "tick", "end");
            for (var column = 0; column < columns.Count; column++)
            {
                DrawCell(canvas, _left + (column * cellWidth), y, cellWidth, row, column);
            }
        }

        DrawColumnNames(canvas, cellWidth, bottom);
        canvas.Text(_left + ((Right - _left) / 2), bottom + namesHeight + 20, ColumnsName, "axis", "middle");
        DrawScale(canvas, bottom + namesHeight + 42);
        return canvas;
    }

    private bool IsUpright(double cellWidth) =>
        columns.Any(name => name.Length > 4) && columns.Any(name => SvgCanvas.WidthOf(name) > cellWidth);

    private double NamesHeight(double cellWidth) =>
        IsUpright(cellWidth) ? 12 + (6 * Math.Min(LongestColumnName, columns.Max(name => name.Length))) : 16;

    private void DrawCell(SvgCanvas canvas, double x, double y, double width, int row, int column)
    {
        var share = Share(row, column);
        if (double.IsNaN(share))
        {
            return;
        }

        var (cell, text) = ChartStyle.HeatOf(share);
        var gap = width > 8 ? 1 : 0;
        canvas.Rectangle(x, y, width - gap, RowHeight - 1, cell, Tooltip(row, column));
        if (width >= NumberWidth)
        {
            canvas.Text(x + (width / 2), y + (RowHeight / 2) + 4, Number(share), text, "middle");
        }
    }

    private void DrawColumnNames(SvgCanvas canvas, double cellWidth, double bottom)
    {
        var isUpright = IsUpright(cellWidth);
        var needed = isUpright ? UprightWidth : columns.Max(SvgCanvas.WidthOf);
        var stride = RoundStride(needed / cellWidth);
        for (var column = 0; column < columns.Count; column += stride)
        {
            var x = _left + ((column + .5) * cellWidth);
            var name = ReadableText.Shorten(columns[column], LongestColumnName);
            if (isUpright)
            {
                canvas.Text(x + 4, bottom + 8, name, "tick", "end", turn: -90);
            }
            else
            {
                canvas.Text(x, bottom + 16, name, "tick", "middle");
            }
        }
    }

    // Every name, every second, fifth, tenth, twentieth...
    private static int RoundStride(double atLeast)
    {
        var strides = from power in Enumerable.Range(0, 7) from factor in (int[])[1, 2, 5] select factor * (int)Math.Pow(10, power);
        return strides.First(stride => stride >= Math.Min(atLeast, 1e6));
    }

    private void DrawScale(SvgCanvas canvas, double y)
    {
        const double StepWidth = 24;
        canvas.Text(_left - 8, y + 12, ScaleName, "tick", "end");
        for (var step = 0; step < ChartStyle.HeatStepCount; step++)
        {
            var share = (double)step / (ChartStyle.HeatStepCount - 1);
            var (cell, _) = ChartStyle.HeatOf(share);
            canvas.Rectangle(_left + (step * StepWidth), y, StepWidth, 14, cell);
            if (step % 5 == 0)
            {
                canvas.Text(_left + ((step + 0.5) * StepWidth), y + 28, Number(share), "tick", "middle");
            }
        }
    }
}
