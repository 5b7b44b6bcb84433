namespace Convergence.Evolution.Spaces;

/// <summary>
/// A search space as the unit cube that models work in: every point stands for the configuration whose shares it lies in, and the
/// representatives of one configuration are all taken to one point. Immutable.
/// </summary>
internal sealed class SpaceGeometry
{
    /// <summary>Where a parameter that does not count lies: it makes no difference between two that lack it.</summary>
    private const double Absent = 0.5;

    private readonly SearchSpace _space;
    private readonly bool[] _snaps;

    public SpaceGeometry(SearchSpace space)
    {
        _space = space;
        Ordered = [.. space.Parameters.Select(parameter => parameter.IsOrdered)];
        _snaps = [.. space.Parameters.Select(parameter => parameter.Cardinality is not null)];
        IsConditional = space.Parameters.Any(parameter => parameter.Condition is not null);
    }

    /// <summary>Whether neighbouring places are alike, coordinate by coordinate.</summary>
    public bool[] Ordered { get; }

    public int DimensionCount => Ordered.Length;

    private bool IsConditional { get; }

    /// <summary>Takes a point to the one that stands for its configuration.</summary>
    public void Normalize(double[] point)
    {
        if (IsConditional)
        {
            Impute(_space.ToUnit(_space.FromUnit(point))).CopyTo(point, 0);
            return;
        }

        for (var dimension = 0; dimension < point.Length; dimension++)
        {
            point[dimension] = _snaps[dimension]
                ? _space.Parameters[dimension].ToUnit(_space.Parameters[dimension].FromUnit(point[dimension]))
                : Math.Clamp(point[dimension], 0, 1);
        }
    }

    /// <summary>The point that stands for a configuration; a copy.</summary>
    public static double[] Impute(double[] point) => [.. point.Select(place => double.IsNaN(place) ? Absent : place)];

    /// <summary>The width of a value's share of a coordinate; 0: a continuum.</summary>
    public double ShareOf(int dimension) => _snaps[dimension] ? 1.0 / _space.Parameters[dimension].Cardinality!.Value : 0;

    public Configuration ConfigurationAt(double[] point) => _space.FromUnit(point);
}
