namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>What one worker collected of one input.</summary>
internal unsafe struct Candidates
{
    /// <summary>The magnitudes inside the bracket.</summary>
    public uint* Magnitudes;

    /// <summary>The elements' indices, one per magnitude.</summary>
    public uint* Indices;

    public long Capacity;

    public long Count;

    /// <summary>Elements above the bracket.</summary>
    public long Above;

    /// <summary>Whether there were more than fit; what was collected is then incomplete.</summary>
    public bool Overflowed;

    public readonly bool HasRoomFor(long elementCount) => Count + elementCount <= Capacity;
}
