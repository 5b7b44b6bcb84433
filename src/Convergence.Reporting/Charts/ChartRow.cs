namespace Convergence.Reporting;

/// <summary>A row of a <see cref="RowChart"/>.</summary>
/// <param name="Label">What it is about.</param>
/// <param name="Value">Where its mark is; NaN for a row without one.</param>
public sealed record ChartRow(string Label, double Value)
{
    /// <value>The lower end of the interval; NaN (default): no interval is drawn.</value>
    public double Lower { get; init; } = double.NaN;

    public double Upper { get; init; } = double.NaN;

    /// <value>Stands at the right, strong.</value>
    public string Text { get; init; } = "";

    /// <value>Stands below <see cref="Text"/>, small.</value>
    public string Remark { get; init; } = "";

    public string? Tooltip { get; init; }

    /// <value>Whether the mark is filled. Default: yes.</value>
    public bool IsFilled { get; init; } = true;
}
