using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu;

/// <summary>
/// IEEE 754 binary16. All three classes of numbers (subnormal, normal, infinite or NaN) are computed and the right one selected,
/// so that no lane branches. Subnormals go through one float addition or subtraction, which rounds as the standard asks.
/// </summary>
internal readonly struct F16Format : IFloat16Format
{
    private const uint AbsoluteMask = 0x7FFF_FFFF;
    private const uint Infinity = 0x7F80_0000;
    private const uint QuietBit = 0x0040_0000;

    // Between the exponent biases 15 and 127, in place; and the distance for the all-ones exponent.
    private const uint Rebias = 112u << 23;
    private const uint HalfInfinity = 0x0F80_0000;

    // 2^-14, the least normal binary16, as a binary32; and 2^16, the first beyond its range.
    private const uint LeastNormal = 113u << 23;
    private const uint BeyondRange = 143u << 23;

    // 0.5, whose last bit weighs 2^-24: adding it rounds at the last bit of a binary16 subnormal.
    private const uint SubnormalMagic = 126u << 23;
    private const uint RoundingBias = 0xFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Widen(uint bits)
    {
        var sign = (bits & 0x8000) << 16;
        var magnitude = (bits & 0x7FFF) << 13;
        uint widened;
        if (magnitude >= HalfInfinity)
        {
            widened = magnitude | Infinity | (magnitude > HalfInfinity ? QuietBit : 0);
        }
        else if (magnitude < 1u << 23)
        {
            // 2^-14 (1 + m) - 2^-14: exact, and it normalises.
            widened = Bits(Value(magnitude + LeastNormal) - Value(LeastNormal));
        }
        else
        {
            widened = magnitude + Rebias;
        }

        return widened | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Widen(Vector256<uint> bits)
    {
        var sign = (bits & Vector256.Create(0x8000u)) << 16;
        var magnitude = (bits & Vector256.Create(0x7FFFu)) << 13;
        var subnormal = ((magnitude + Vector256.Create(LeastNormal)).AsSingle() - Vector256.Create(LeastNormal).AsSingle()).AsUInt32();
        var signed = magnitude.AsInt32();
        var isNaN = Vector256.GreaterThan(signed, Vector256.Create((int)HalfInfinity)).AsUInt32();
        var special = magnitude | Vector256.Create(Infinity) | (isNaN & Vector256.Create(QuietBit));
        var finite = Vector256.ConditionalSelect(
            Vector256.LessThan(signed, Vector256.Create(1 << 23)).AsUInt32(), subnormal, magnitude + Vector256.Create(Rebias));
        var isFinite = Vector256.LessThan(signed, Vector256.Create((int)HalfInfinity)).AsUInt32();
        return Vector256.ConditionalSelect(isFinite, finite, special) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Widen(Vector512<uint> bits)
    {
        var sign = (bits & Vector512.Create(0x8000u)) << 16;
        var magnitude = (bits & Vector512.Create(0x7FFFu)) << 13;
        var subnormal = ((magnitude + Vector512.Create(LeastNormal)).AsSingle() - Vector512.Create(LeastNormal).AsSingle()).AsUInt32();
        var signed = magnitude.AsInt32();
        var isNaN = Vector512.GreaterThan(signed, Vector512.Create((int)HalfInfinity)).AsUInt32();
        var special = magnitude | Vector512.Create(Infinity) | (isNaN & Vector512.Create(QuietBit));
        var finite = Vector512.ConditionalSelect(
            Vector512.LessThan(signed, Vector512.Create(1 << 23)).AsUInt32(), subnormal, magnitude + Vector512.Create(Rebias));
        var isFinite = Vector512.LessThan(signed, Vector512.Create((int)HalfInfinity)).AsUInt32();
        return Vector512.ConditionalSelect(isFinite, finite, special) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Narrow(uint bits)
    {
        var magnitude = bits & AbsoluteMask;
        var sign = (bits >> 16) & 0x8000;
        uint narrowed;
        if (magnitude > Infinity)
        {
            // The upper bits of the payload are kept, and the NaN is quiet.
            narrowed = 0x7E00 | ((magnitude >> 13) & 0x3FF);
        }
        else if (magnitude >= BeyondRange)
        {
            narrowed = 0x7C00;
        }
        else if (magnitude < LeastNormal)
        {
            narrowed = Bits(Value(magnitude) + Value(SubnormalMagic)) - SubnormalMagic;
        }
        else
        {
            // A carry out of the mantissa raises the exponent, up to infinity from 65520 on: as rounding should.
            narrowed = (magnitude - Rebias + RoundingBias + ((magnitude >> 13) & 1)) >> 13;
        }

        return narrowed | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Narrow(Vector256<uint> bits)
    {
        var magnitude = bits & Vector256.Create(AbsoluteMask);
        var sign = (bits >> 16) & Vector256.Create(0x8000u);
        var cut = magnitude >> 13;
        var normal = (magnitude - Vector256.Create(Rebias - RoundingBias) + (cut & Vector256<uint>.One)) >> 13;
        var magic = Vector256.Create(SubnormalMagic);
        var subnormal = (magnitude.AsSingle() + magic.AsSingle()).AsUInt32() - magic;
        var signed = magnitude.AsInt32();
        var isNaN = Vector256.GreaterThan(signed, Vector256.Create((int)Infinity)).AsUInt32();
        var special = Vector256.ConditionalSelect(
            isNaN, Vector256.Create(0x7E00u) | (cut & Vector256.Create(0x3FFu)), Vector256.Create(0x7C00u));
        var finite = Vector256.ConditionalSelect(
            Vector256.LessThan(signed, Vector256.Create((int)LeastNormal)).AsUInt32(), subnormal, normal);
        var isInRange = Vector256.LessThan(signed, Vector256.Create((int)BeyondRange)).AsUInt32();
        return Vector256.ConditionalSelect(isInRange, finite, special) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Narrow(Vector512<uint> bits)
    {
        var magnitude = bits & Vector512.Create(AbsoluteMask);
        var sign = (bits >> 16) & Vector512.Create(0x8000u);
        var cut = magnitude >> 13;
        var normal = (magnitude - Vector512.Create(Rebias - RoundingBias) + (cut & Vector512<uint>.One)) >> 13;
        var magic = Vector512.Create(SubnormalMagic);
        var subnormal = (magnitude.AsSingle() + magic.AsSingle()).AsUInt32() - magic;
        var signed = magnitude.AsInt32();
        var isNaN = Vector512.GreaterThan(signed, Vector512.Create((int)Infinity)).AsUInt32();
        var special = Vector512.ConditionalSelect(
            isNaN, Vector512.Create(0x7E00u) | (cut & Vector512.Create(0x3FFu)), Vector512.Create(0x7C00u));
        var finite = Vector512.ConditionalSelect(
            Vector512.LessThan(signed, Vector512.Create((int)LeastNormal)).AsUInt32(), subnormal, normal);
        var isInRange = Vector512.LessThan(signed, Vector512.Create((int)BeyondRange)).AsUInt32();
        return Vector512.ConditionalSelect(isInRange, finite, special) | sign;
    }

    private static float Value(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
