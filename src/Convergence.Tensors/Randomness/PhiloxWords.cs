namespace Convergence.Tensors.Randomness;

/// <summary>Four 32-bit words: a counter of Philox4x32, or what it makes of one.</summary>
public readonly record struct PhiloxWords(uint X0, uint X1, uint X2, uint X3)
{
    /// <param name="index">0 to 3.</param>
    public uint this[int index] => index switch
    {
        0 => X0,
        1 => X1,
        2 => X2,
        3 => X3,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "A block has the words 0 to 3."),
    };
}
