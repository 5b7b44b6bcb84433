using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Cpu;

/// <summary>
/// The scalar functions against independent references, over all 65 536 patterns; then the vector forms against the scalar ones.
/// </summary>
public sealed unsafe class FloatConversionTests
{
    private const int PatternCount = 1 << 16;

    private static readonly int[] Lengths = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 255, 513];

    [Test]
    public void F16ToFloat_AllPatterns_AgreesWithHalf()
    {
        for (var bits = 0; bits < PatternCount; bits++)
        {
            AssertSameFloat(FloatConversion.F16ToFloat((ushort)bits), (float)BitConverter.UInt16BitsToHalf((ushort)bits), bits);
        }
    }

    [Test]
    public void Bf16ToFloat_AllPatterns_IsSignExponentAndMantissa()
    {
        for (var bits = 0; bits < PatternCount; bits++)
        {
            AssertSameFloat(FloatConversion.Bf16ToFloat((ushort)bits), (float)Bf16Value(bits), bits);
        }
    }

    [Test]
    public void FloatToF16_AroundEveryValueAndMidpoint_AgreesWithHalf()
    {
        for (var bits = 0; bits < PatternCount; bits++)
        {
            // The floats at and next to this value, and at and next to the midpoint to the next.
            var value = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            var next = (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
            var middle = (float)(((double)value + next) / 2);
            float[] candidates =
                [value, middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle), MathF.BitIncrement(value)];
            foreach (var candidate in candidates)
            {
                var expected = BitConverter.HalfToUInt16Bits((Half)candidate);
                var actual = FloatConversion.FloatToF16(candidate);
                if (float.IsNaN(candidate) ? (actual & 0x7E00) != 0x7E00 : actual != expected)
                {
                    Assert.Fail($"{candidate:R} became 0x{actual:X4}, not 0x{expected:X4}.");
                }
            }
        }
    }

    [Test]
    public void FloatToBf16_AroundEveryValueAndMidpoint_IsTheNearestTiesToEven()
    {
        uint[] lows = [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF];
        for (uint upper = 0; upper < PatternCount; upper++)
        {
            foreach (var low in lows)
            {
                var value = BitConverter.UInt32BitsToSingle((upper << 16) | low);
                var actual = FloatConversion.FloatToBf16(value);
                var isRight = float.IsNaN(value)
                    ? (actual & 0x7FC0) == 0x7FC0 && (actual & 0x8000) == (upper & 0x8000)
                    : actual == NearestBf16(value, (int)upper);
                if (!isRight)
                {
                    Assert.Fail($"0x{upper:X4}{low:X4} became 0x{actual:X4}.");
                }
            }
        }
    }

    [Test]
    public void Narrow_WhatWasWidened_IsTheSame([Values(DType.F16, DType.BF16)] DType dtype)
    {
        var patterns = new ushort[PatternCount];
        var floats = new float[PatternCount];
        var back = new ushort[PatternCount];
        for (var bits = 0; bits < PatternCount; bits++)
        {
            patterns[bits] = (ushort)bits;
        }

        Widen(dtype, patterns, floats);
        Narrow(dtype, floats, back);
        for (var bits = 0; bits < PatternCount; bits++)
        {
            // A signalling NaN becomes quiet; everything else is kept.
            var quiet = dtype == DType.F16 ? 0x0200 : 0x0040;
            var expected = float.IsNaN(floats[bits]) ? bits | quiet : bits;
            if (back[bits] != expected)
            {
                Assert.Fail($"0x{bits:X4} came back as 0x{back[bits]:X4}.");
            }
        }
    }

    [Test]
    public void VectorForms_AllPatterns_HaveTheBitsOfTheScalarForm()
    {
        for (uint bits = 0; bits < PatternCount; bits += 16)
        {
            CheckWiden<F16Format>(bits);
            CheckWiden<Bf16Format>(bits);
        }

        // A million floats of all exponents, and what lies around the borders of the formats.
        for (uint index = 0; index < 1_000_000; index += 16)
        {
            CheckNarrow<F16Format>(lane => Philox.WordAt(11, 0, index + lane));
            CheckNarrow<Bf16Format>(lane => Philox.WordAt(12, 0, index + lane));
        }

        uint[] borders =
        [
            0, 113u << 23, 126u << 23, 143u << 23, 0x477FEFFF, 0x477FF000, 0x7F7F7FFF, 0x7F800000, 0x7FC00000, 0x33000000,
        ];
        foreach (var border in borders)
        {
            CheckNarrow<F16Format>(lane => unchecked(border + lane - 8));
            CheckNarrow<F16Format>(lane => unchecked(border + lane - 8) ^ 0x8000_0000);
            CheckNarrow<Bf16Format>(lane => unchecked(border + lane - 8));
        }
    }

    [Test]
    public void WidenAndNarrow_AwkwardLengthsUnaligned_EqualTheScalarFormAndStayInBounds(
        [Values(DType.F16, DType.BF16, DType.F32, DType.F64)] DType dtype, [ValueSource(nameof(Lengths))] int length)
    {
        const byte Canary = 0xA5;
        var size = dtype.ByteCount();
        var source = new float[length];
        for (var index = 0; index < length; index++)
        {
            source[index] = (float)((Philox.UniformAt(5, 0, index) - 0.5) * Math.Pow(10, (index % 20) - 10));
        }

        // One byte in front makes every address odd.
        var narrow = new byte[1 + (length * size) + 64];
        var wide = new byte[1 + (length * sizeof(float)) + 64];
        Array.Fill(narrow, Canary);
        Array.Fill(wide, Canary);
        fixed (float* values = source)
        fixed (byte* narrowed = narrow, widened = wide)
        {
            FloatConversion.Narrow(dtype, values, narrowed + 1, length);
            FloatConversion.Widen(dtype, narrowed + 1, (float*)(widened + 1), length);
        }

        Assert.That(narrow[0] == Canary && wide[0] == Canary);
        Assert.That(narrow[(1 + (length * size))..], Is.All.EqualTo(Canary));
        Assert.That(wide[(1 + (length * sizeof(float)))..], Is.All.EqualTo(Canary));
        for (var index = 0; index < length; index++)
        {
            var expected = dtype switch
            {
                DType.F16 => FloatConversion.F16ToFloat(FloatConversion.FloatToF16(source[index])),
                DType.BF16 => FloatConversion.Bf16ToFloat(FloatConversion.FloatToBf16(source[index])),
                _ => source[index],
            };
            Assert.That(BitConverter.ToSingle(wide, 1 + (index * sizeof(float))), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Widen_F64_RoundsOnceToNearestEven()
    {
        // 1 + 2^-24 is a tie: it goes to the even 1; the next double above goes up. 1 + 3 * 2^-24 goes to the even above.
        double[] values =
        [
            1 + Math.Pow(2, -24), Math.BitIncrement(1 + Math.Pow(2, -24)), 1 + (3 * Math.Pow(2, -24)), 1e39, -1e39, 1e-50, double.NaN,
            double.PositiveInfinity, double.NegativeInfinity, float.MaxValue, 1e-40, -0.0, 0.1, 2, 3, 4, 5, 6, 7,
        ];
        var actual = new float[values.Length];
        fixed (double* source = values)
        fixed (float* destination = actual)
        {
            FloatConversion.Widen(DType.F64, (byte*)source, destination, values.Length);
        }

        Assert.That(actual[..3], Is.EqualTo(new[] { 1f, MathF.BitIncrement(1), MathF.BitIncrement(MathF.BitIncrement(1)) }));
        Assert.That(actual[3], Is.EqualTo(float.PositiveInfinity));
        Assert.That(actual[4], Is.EqualTo(float.NegativeInfinity));
        Assert.That(actual[6], Is.NaN);
        Assert.That(float.IsNegative(actual[11]));
        for (var index = 0; index < values.Length; index++)
        {
            AssertSameFloat(actual[index], (float)values[index], index);
        }
    }

    [TestCase(65519.996f, 0x7BFF)]
    [TestCase(65520f, 0x7C00)]
    [TestCase(float.MaxValue, 0x7C00)]
    [TestCase(float.NegativeInfinity, 0xFC00)]
    [TestCase(-0f, 0x8000)]
    [TestCase(5.9604645E-08f, 0x0001)]
    [TestCase(2.9802322E-08f, 0x0000)]
    [TestCase(2.9802326E-08f, 0x0001)]
    public void FloatToF16_Borders_AreAsIeeeSays(float value, int expected) =>
        Assert.That(FloatConversion.FloatToF16(value), Is.EqualTo(expected));

    [TestCase(float.MaxValue, 0x7F80)]
    [TestCase(float.NegativeInfinity, 0xFF80)]
    [TestCase(-0f, 0x8000)]
    [TestCase(1.00390625f, 0x3F80)]
    [TestCase(1.01171875f, 0x3F82)]
    public void FloatToBf16_Borders_AreAsIeeeSays(float value, int expected) =>
        Assert.That(FloatConversion.FloatToBf16(value), Is.EqualTo(expected));

    [TestCase(DType.I64)]
    [TestCase(DType.U8)]
    [TestCase(DType.F8E4M3)]
    [TestCase(DType.Bool)]
    public void WidenAndNarrow_TypesThatPassThrough_AreRefused(DType dtype)
    {
        using var tensor = HostTensor.Allocate(dtype, new TensorShape(1));
        Assert.That(() => FloatConversion.Widen(tensor, new float[1]), Throws.ArgumentException.With.Message.Contain(dtype.ToString()));
        Assert.That(() => FloatConversion.Narrow(new float[1], tensor), Throws.ArgumentException.With.Message.Contain(dtype.ToString()));
    }

    [Test]
    public void WidenAndNarrow_ShortDestination_IsRefused()
    {
        using var tensor = HostTensor.Allocate(DType.F16, new TensorShape(4));
        Assert.That(() => FloatConversion.Widen(tensor, new float[3]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FloatConversion.Narrow(new float[5], tensor), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static void CheckWiden<TFormat>(uint first) where TFormat : struct, IFloat16Format
    {
        var bits = Vector512<uint>.Indices + Vector512.Create(first);
        var wide = TFormat.Widen(bits);
        var narrow = Vector512.Create(TFormat.Widen(bits.GetLower()), TFormat.Widen(bits.GetUpper()));
        for (var lane = 0; lane < Vector512<uint>.Count; lane++)
        {
            var expected = TFormat.Widen(bits[lane]);
            if (wide[lane] != expected || narrow[lane] != expected)
            {
                Assert.Fail($"{typeof(TFormat).Name} 0x{bits[lane]:X4}: 0x{wide[lane]:X8}, 0x{narrow[lane]:X8}, not 0x{expected:X8}.");
            }
        }
    }

    private static void CheckNarrow<TFormat>(Func<uint, uint> bitsOfLane) where TFormat : struct, IFloat16Format
    {
        var bits = Vector512<uint>.Zero;
        for (var lane = 0; lane < Vector512<uint>.Count; lane++)
        {
            bits = bits.WithElement(lane, bitsOfLane((uint)lane));
        }

        var wide = TFormat.Narrow(bits);
        var narrow = Vector512.Create(TFormat.Narrow(bits.GetLower()), TFormat.Narrow(bits.GetUpper()));
        for (var lane = 0; lane < Vector512<uint>.Count; lane++)
        {
            var expected = TFormat.Narrow(bits[lane]);
            if (wide[lane] != expected || narrow[lane] != expected || expected > ushort.MaxValue)
            {
                Assert.Fail($"{typeof(TFormat).Name} 0x{bits[lane]:X8}: 0x{wide[lane]:X4}, 0x{narrow[lane]:X4}, not 0x{expected:X4}.");
            }
        }
    }

    /// <summary>The value of a bfloat16 by its definition.</summary>
    private static double Bf16Value(int bits)
    {
        var exponent = (bits >> 7) & 0xFF;
        var mantissa = bits & 0x7F;
        var magnitude = exponent switch
        {
            0 => mantissa * Math.Pow(2, -133),
            255 => mantissa == 0 ? double.PositiveInfinity : double.NaN,
            _ => (1 + (mantissa / 128.0)) * Math.Pow(2, exponent - 127),
        };
        return (bits & 0x8000) != 0 ? -magnitude : magnitude;
    }

    /// <summary>The nearer of the two neighbours, both exact in float64; the even one in the middle.</summary>
    private static ushort NearestBf16(float value, int lowerBits)
    {
        if (float.IsInfinity(value))
        {
            return (ushort)lowerBits;
        }

        // Above the largest finite value, rounding sees the next power of two.
        var upperBits = lowerBits + 1;
        var upperValue = (upperBits & 0x7FFF) == 0x7F80 ? Math.CopySign(Math.Pow(2, 128), value) : Bf16Value(upperBits);
        var toLower = Math.Abs(value - Bf16Value(lowerBits));
        var toUpper = Math.Abs(upperValue - value);
        var takeLower = toLower < toUpper || (toLower == toUpper && lowerBits % 2 == 0);
        return (ushort)(takeLower ? lowerBits : upperBits);
    }

    private static void AssertSameFloat(float actual, float expected, int which)
    {
        var same = float.IsNaN(expected)
            ? float.IsNaN(actual)
            : BitConverter.SingleToInt32Bits(actual) == BitConverter.SingleToInt32Bits(expected);
        if (!same)
        {
            Assert.Fail($"Pattern or index {which}: {actual:R} instead of {expected:R}.");
        }
    }

    private static void Widen(DType dtype, ushort[] source, float[] destination)
    {
        fixed (ushort* from = source)
        fixed (float* to = destination)
        {
            FloatConversion.Widen(dtype, (byte*)from, to, source.Length);
        }
    }

    private static void Narrow(DType dtype, float[] source, ushort[] destination)
    {
        fixed (float* from = source)
        fixed (ushort* to = destination)
        {
            FloatConversion.Narrow(dtype, from, (byte*)to, source.Length);
        }
    }
}
