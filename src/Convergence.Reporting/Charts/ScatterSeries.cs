namespace Convergence.Reporting;

/// <summary>Points that belong together.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Shape">Their mark.</param>
/// <param name="Colour">Their colour's number.</param>
/// <param name="Points">Where they are; those that are no finite numbers are left out.</param>
public sealed record ScatterSeries(string Name, MarkerShape Shape, int Colour, IReadOnlyList<ScatterPoint> Points)
{
    /// <value>In pixels.</value>
    public double Radius { get; init; } = 4.5;
}
