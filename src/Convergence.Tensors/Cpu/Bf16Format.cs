using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu;

/// <summary>bfloat16: the upper half of a binary32. Widening shifts, so it keeps even a signalling NaN as it is.</summary>
internal readonly struct Bf16Format : IFloat16Format
{
    private const uint AbsoluteMask = 0x7FFF_FFFF;
    private const uint Infinity = 0x7F80_0000;

    // Half a unit of the last kept bit less one; the last kept bit is added to it, so that ties go to even.
    private const uint RoundingBias = 0x7FFF;
    private const uint QuietBit = 0x40;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Widen(uint bits) => bits << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Widen(Vector256<uint> bits) => bits << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Widen(Vector512<uint> bits) => bits << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Narrow(uint bits)
    {
        var upper = bits >> 16;

        // Rounding could carry a NaN's mantissa away, so a NaN is cut and made quiet instead.
        return (bits & AbsoluteMask) > Infinity ? upper | QuietBit : unchecked(bits + RoundingBias + (upper & 1)) >> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Narrow(Vector256<uint> bits)
    {
        var upper = bits >> 16;
        var rounded = (bits + Vector256.Create(RoundingBias) + (upper & Vector256<uint>.One)) >> 16;

        // Compared as signed numbers, which both are not negative: that comparison is one instruction everywhere.
        var isNaN = Vector256.GreaterThan((bits & Vector256.Create(AbsoluteMask)).AsInt32(), Vector256.Create((int)Infinity)).AsUInt32();
        return Vector256.ConditionalSelect(isNaN, upper | Vector256.Create(QuietBit), rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Narrow(Vector512<uint> bits)
    {
        var upper = bits >> 16;
        var rounded = (bits + Vector512.Create(RoundingBias) + (upper & Vector512<uint>.One)) >> 16;
        var isNaN = Vector512.GreaterThan((bits & Vector512.Create(AbsoluteMask)).AsInt32(), Vector512.Create((int)Infinity)).AsUInt32();
        return Vector512.ConditionalSelect(isNaN, upper | Vector512.Create(QuietBit), rounded);
    }
}
