using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// Masks of elements, a bit each and 32 to a word, set where an element is kept. Bit 2c of a word stands for element c of its 32,
/// bit 2c + 1 for element 16 + c: the order in which random numbers are drawn, and one test away from a vector's lanes in any other.
/// </summary>
internal static class MaskBits
{
    /// <summary>Elements of a word.</summary>
    public const int WordSize = 2 * ILanes.Count;

    /// <summary>The element, counted in its word, for which a bit stands.</summary>
    public static int ElementOf(int bit) => (bit >> 1) + ((bit & 1) * ILanes.Count);

    /// <summary>The bits of eight elements of a word, one per lane.</summary>
    /// <param name="vector">0 for elements 0 to 7, 1 for 8 to 15 and so on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Of(int vector)
    {
        var shift = (vector >> 1) + ((vector & 1) * ILanes.Count);
        return Vector512.Create(1ul, 1ul << 2, 1ul << 4, 1ul << 6, 1ul << 8, 1ul << 10, 1ul << 12, 1ul << 14) << shift;
    }

    /// <summary>All ones in the lanes whose bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Kept(Vector512<ulong> word, Vector512<ulong> bits) =>
        (~Vector512.Equals(word & bits, Vector512<ulong>.Zero)).AsDouble();

    /// <summary>As the other, of sixteen elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Kept(Vector512<uint> word, Vector512<uint> bits) => ~Vector512.Equals(word & bits, Vector512<uint>.Zero);

    /// <summary>The bits of the first sixteen elements of a word, one per lane; those of the others stand one to their left.</summary>
    public static Vector512<uint> First => Vector512.Create(
        1u, 1u << 2, 1u << 4, 1u << 6, 1u << 8, 1u << 10, 1u << 12, 1u << 14, 1u << 16,
        1u << 18, 1u << 20, 1u << 22, 1u << 24, 1u << 26, 1u << 28, 1u << 30);

    /// <summary>The bit of an element in its word.</summary>
    public static uint BitOf(int element) => 1u << (((element & (ILanes.Count - 1)) << 1) | ((element & ILanes.Count) == 0 ? 0 : 1));

    /// <summary>A word of what comparisons of the first and the other sixteen elements gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint WordOf(Vector512<uint> first, Vector512<uint> second) =>
        WordOf(((first & Vector512.Create((uint)ushort.MaxValue)) | (second << 16)).AsUInt16());

    /// <summary>A word of what comparisons of 32 halves, in the order of bits, gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint WordOf(Vector512<ushort> isKept) => (uint)isKept.ExtractMostSignificantBits();
}
