namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// A range of magnitudes (bits of floats, sign cleared), both ends included. Elements inside are collected; those at its ends are only
/// counted, since weights of 16 bits have many changes of exactly the same size.
/// </summary>
internal readonly record struct Bracket(uint Low, uint High)
{
    public const uint LargestMagnitude = 0x7FFF_FFFF;

    public static Bracket Everything { get; } = new(0, LargestMagnitude);

    /// <summary>Holds no magnitude: nothing is looked for.</summary>
    public static Bracket Nothing { get; } = new(uint.MaxValue, uint.MaxValue);

    public bool IsEmpty => Low > LargestMagnitude;

    /// <summary>The least magnitude between the ends; one that no element has when there is none.</summary>
    public uint InnerLow => High - Low < 2 ? uint.MaxValue : Low + 1;

    /// <summary>How far above <see cref="InnerLow"/> the largest magnitude between the ends is.</summary>
    public uint InnerWidth => High - Low < 2 ? 0 : High - Low - 2;

    /// <summary>The lower end, where it is not the upper one, too.</summary>
    public uint LowAlone => Low == High ? uint.MaxValue : Low;
}
