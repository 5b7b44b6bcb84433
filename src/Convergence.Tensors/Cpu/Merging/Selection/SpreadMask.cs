using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Which of sixteen places a cut of spreads keeps.</summary>
/// <param name="cut">The cut; keeping all needs no spreads.</param>
/// <param name="count">Models.</param>
/// <param name="firstIndex">The index of the run's first element in the whole tensor.</param>
internal readonly unsafe struct SpreadMask(MagnitudeCut cut, int count, long firstIndex)
{
    private readonly MagnitudeCut _cut = cut;
    private readonly int _count = count;
    private readonly long _firstIndex = firstIndex;
    private readonly bool _keepsAll = cut == MagnitudeCut.KeepAll;

    /// <summary>All ones where a place is kept.</summary>
    /// <param name="models">The models, without the base.</param>
    /// <param name="offset">Bytes to the sixteen elements.</param>
    /// <param name="place">Elements to them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Keep<TLanes>(byte** models, nint offset, nint place) where TLanes : struct, ILanes
    {
        if (_keepsAll)
        {
            return Vector512<uint>.AllBitsSet;
        }

        var spread = Spread.Bits<TLanes>(models, _count, offset);
        var bits = Vector512.Create(_cut.MagnitudeBits);

        // Places up to the last that is kept of equals; beyond the vector, all or none.
        var ties = (uint)(Math.Clamp(_cut.LastTieIndex - _firstIndex - place, -1, ILanes.Count - 1) + 1);
        var isBefore = Vector512.LessThan(Vector512<uint>.Indices, Vector512.Create(ties));
        return Vector512.GreaterThan(spread, bits) | (Vector512.Equals(spread, bits) & isBefore);
    }
}
