namespace Convergence.Tensors.Devices;

/// <summary>Keeps what <paramref name="Outer"/> keeps and <paramref name="Inner"/> does not: the magnitudes between two cuts.</summary>
/// <param name="Outer">Drops the small.</param>
/// <param name="Inner">What it would keep is dropped: the outliers.</param>
public readonly record struct MagnitudeBand(MagnitudeCut Outer, MagnitudeCut Inner)
{
    /// <summary>Keeps every element.</summary>
    public static MagnitudeBand KeepAll { get; } = new(MagnitudeCut.KeepAll, MagnitudeCut.KeepNone);

    /// <summary>Keeps what a single cut keeps.</summary>
    public static MagnitudeBand From(MagnitudeCut cut) => new(cut, MagnitudeCut.KeepNone);
}
