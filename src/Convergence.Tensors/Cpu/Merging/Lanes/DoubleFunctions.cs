using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>
/// Exponential and logarithm of eight doubles, within 2 units in the last place. Made of additions, multiplications and divisions alone,
/// each rounded by itself, so that every instruction set gives the same bits (the runtime's own fuse where the machine can).
/// </summary>
internal static class DoubleFunctions
{
    private const double LowestExponent = -708;

    // 1.5 * 2^52: adding it to a small number leaves the nearest integer in the lowest bits.
    private const double RoundToInteger = 6_755_399_441_055_744;

    // ln 2 in two parts; the first has so few bits that its product with any exponent is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // The bits of sqrt(1/2), where the fraction of a logarithm begins.
    private const long SqrtHalf = 0x3FE6_A09E_667F_3BCD;
    private const long ExponentMask = unchecked((long)0xFFF0_0000_0000_0000);
    private const int FractionBits = 52;

    /// <summary>
    /// e^x for x up to 0: x = n ln 2 + r with |r| at most ln(2)/2, Taylor's series of e^r to the 13th power
    /// (its remainder is below 1e-17), times 2^n made from n's bits. Below -708 the result is 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpOfNegative(Vector512<double> x)
    {
        var clamped = Vector512.MaxNative(x, Vector512.Create(LowestExponent));
        var shifted = (clamped * 1.4426950408889634) + Vector512.Create(RoundToInteger);
        var n = shifted - Vector512.Create(RoundToInteger);
        var r = clamped - (n * Ln2High) - (n * Ln2Low);

        var sum = Vector512.Create(1.0 / 6_227_020_800);
        sum = (sum * r) + Vector512.Create(1.0 / 479_001_600);
        sum = (sum * r) + Vector512.Create(1.0 / 39_916_800);
        sum = (sum * r) + Vector512.Create(1.0 / 3_628_800);
        sum = (sum * r) + Vector512.Create(1.0 / 362_880);
        sum = (sum * r) + Vector512.Create(1.0 / 40_320);
        sum = (sum * r) + Vector512.Create(1.0 / 5_040);
        sum = (sum * r) + Vector512.Create(1.0 / 720);
        sum = (sum * r) + Vector512.Create(1.0 / 120);
        sum = (sum * r) + Vector512.Create(1.0 / 24);
        sum = (sum * r) + Vector512.Create(1.0 / 6);
        sum = (sum * r) + Vector512.Create(0.5);
        sum = (sum * r) + Vector512<double>.One;
        sum = (sum * r) + Vector512<double>.One;

        var powerOfTwo = ((shifted.AsInt64() << FractionBits) + Vector512<double>.One.AsInt64()).AsDouble();
        return Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512.Create(LowestExponent)), Vector512<double>.Zero, sum * powerOfTwo);
    }

    /// <summary>
    /// ln x for positive normal x: x = 2^k z with z in [sqrt(1/2), sqrt 2), and with s = (z - 1)/(z + 1) the series
    /// ln z = 2 (s + s^3/3 + s^5/5 + ..) to the 21st power (its remainder is below 1e-18).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x)
    {
        var distance = x.AsInt64() - Vector512.Create(SqrtHalf);
        var z = (x.AsInt64() - (distance & Vector512.Create(ExponentMask))).AsDouble();
        var exponent = (distance >> FractionBits) + Vector512.Create(RoundToInteger).AsInt64();
        var k = exponent.AsDouble() - Vector512.Create(RoundToInteger);

        var f = z - Vector512<double>.One;
        var s = f / (f + Vector512.Create(2.0));
        var square = s * s;
        var sum = Vector512.Create(2.0 / 21);
        sum = (sum * square) + Vector512.Create(2.0 / 19);
        sum = (sum * square) + Vector512.Create(2.0 / 17);
        sum = (sum * square) + Vector512.Create(2.0 / 15);
        sum = (sum * square) + Vector512.Create(2.0 / 13);
        sum = (sum * square) + Vector512.Create(2.0 / 11);
        sum = (sum * square) + Vector512.Create(2.0 / 9);
        sum = (sum * square) + Vector512.Create(2.0 / 7);
        sum = (sum * square) + Vector512.Create(2.0 / 5);
        sum = (sum * square) + Vector512.Create(2.0 / 3);
        sum = (sum * square) + Vector512.Create(2.0);
        return (k * Ln2High) + ((sum * s) + (k * Ln2Low));
    }

    /// <summary>
    /// ln(x/y) for positive normal x and y. Where they are within about 3 % of each other, with s = (x - y)/(x + y),
    /// the series of <see cref="Log"/> to the 9th power (its remainder is below 1e-19 of the result):
    /// the difference is exact, and one division does. Elsewhere the logarithm of the ratio.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogOfRatio(Vector512<double> x, Vector512<double> y)
    {
        const double LargestQuotient = 1.0 / 64;
        var difference = x - y;
        var total = x + y;
        if (!Vector512.LessThanOrEqualAll(Vector512.Abs(difference), total * LargestQuotient))
        {
            return Log(x / y);
        }

        var s = difference / total;
        var square = s * s;
        var sum = Vector512.Create(2.0 / 9);
        sum = (sum * square) + Vector512.Create(2.0 / 7);
        sum = (sum * square) + Vector512.Create(2.0 / 5);
        sum = (sum * square) + Vector512.Create(2.0 / 3);
        return ((sum * square) + Vector512.Create(2.0)) * s;
    }
}
