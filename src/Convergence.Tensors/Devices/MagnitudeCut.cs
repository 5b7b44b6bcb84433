namespace Convergence.Tensors.Devices;

/// <summary>
/// Where a trim cuts: an element stays when the bits of its magnitude (a float32, sign cleared) exceed <paramref name="MagnitudeBits"/>,
/// or equal them and its index is at most <paramref name="LastTieIndex"/>.
/// </summary>
/// <param name="MagnitudeBits">The bits of the smallest kept magnitude.</param>
/// <param name="LastTieIndex">The last index that is kept among elements of exactly that magnitude.</param>
public readonly record struct MagnitudeCut(uint MagnitudeBits, long LastTieIndex)
{
    /// <summary>Keeps every element.</summary>
    public static MagnitudeCut KeepAll { get; } = new(0, long.MaxValue);

    /// <summary>Keeps no element.</summary>
    public static MagnitudeCut KeepNone { get; } = new(uint.MaxValue, -1);
}
