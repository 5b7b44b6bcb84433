using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// Sixteen floats at a time, whatever the machine's vectors: narrower machines split each operation in two or four. So sums have
/// the same sixteen partial sums, and the same bits, everywhere.
/// </summary>
internal static unsafe class Lanes
{
    public const int Count = 16;

    private const float LowestExponent = -87f;
    private const float HighestExponent = 88f;

    // 1.5 * 2^23: adding it to a small number leaves the nearest integer in the lowest mantissa bits.
    private const float RoundToInteger = 12_582_912f;

    // ln 2 in two parts; the first has so few bits that its product with any exponent is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>The lane numbers 0 to 15.</summary>
    public static Vector512<int> Indices => Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    /// <summary>The first <paramref name="count"/> (below 16) floats, then zeros; nothing behind them is read.</summary>
    public static Vector512<float> LoadPartial(float* source, int count)
    {
        var vector = Vector512<float>.Zero;
        Unsafe.CopyBlockUnaligned(&vector, source, (uint)count * sizeof(float));
        return vector;
    }

    /// <summary>Stores the first <paramref name="count"/> (below 16) floats only.</summary>
    public static void StorePartial(Vector512<float> vector, float* destination, int count) =>
        Unsafe.CopyBlockUnaligned(destination, &vector, (uint)count * sizeof(float));

    /// <summary>The sum of all lanes over a fixed tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> vector)
    {
        var eight = vector.GetLower() + vector.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>The largest lane; NaN may be lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> vector)
    {
        var eight = Vector256.MaxNative(vector.GetLower(), vector.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }

    /// <summary>
    /// e^x within 2 units in the last place: x = n ln 2 + r with |r| at most ln(2)/2, Taylor's series of e^r to the seventh power (its
    /// remainder is below 6e-9), times 2^n made from n's bits. Below -87 the result is 0; above 88 it is that of 88; NaN stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // The native minimum returns its second operand when one is NaN, so NaN goes through.
        var clamped = Vector512.MinNative(Vector512.Create(HighestExponent), x);
        var shifted = Vector512.FusedMultiplyAdd(clamped, Vector512.Create(1.44269504f), Vector512.Create(RoundToInteger));
        var n = shifted - Vector512.Create(RoundToInteger);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), clamped);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);

        var sum = Vector512.Create(1f / 5040);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 720));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 120));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 24));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 6));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);

        var powerOfTwo = ((shifted.AsInt32() << 23) + Vector512.Create(1f).AsInt32()).AsSingle();
        return Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512.Create(LowestExponent)), Vector512<float>.Zero, sum * powerOfTwo);
    }
}
