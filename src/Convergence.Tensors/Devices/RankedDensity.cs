namespace Convergence.Tensors.Devices;

/// <summary>With which probability elements are kept, by the rank of their magnitudes in their row.</summary>
/// <param name="Lowest">Of the smallest, in (0, 1].</param>
/// <param name="Highest">Of the largest, in (0, 1].</param>
public readonly record struct RankedDensity(double Lowest, double Highest)
{
    /// <summary>Keeps every element.</summary>
    public static RankedDensity KeepAll { get; } = new(1, 1);
}
