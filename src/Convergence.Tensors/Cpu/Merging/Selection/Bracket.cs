namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>A range of magnitudes (bits of floats, sign cleared), both ends included.</summary>
internal readonly record struct Bracket(uint Low, uint High)
{
    private const uint LargestMagnitude = 0x7FFF_FFFF;

    public static Bracket Everything { get; } = new(0, LargestMagnitude);

    /// <summary>Holds no magnitude: nothing is looked for.</summary>
    public static Bracket Nothing { get; } = new(uint.MaxValue, uint.MaxValue);

    public bool IsEmpty => Low > LargestMagnitude;
}
