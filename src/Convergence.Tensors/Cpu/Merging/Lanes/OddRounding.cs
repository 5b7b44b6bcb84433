using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>
/// Doubles rounded to odd floats: cut off towards zero, with the last bit set when anything was lost. Rounding these to bfloat16 or float16
/// gives what rounding the doubles directly would (Boldo and Melquiond 2008, "Emulation of FMA and correctly rounded sums", IEEE TC 57(4)):
/// two roundings in a row count as one.
/// </summary>
internal static class OddRounding
{
    /// <summary>The bits of the odd floats of sixteen doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Round(Vector512<double> lower, Vector512<double> upper)
    {
        var cut = TowardsZero(lower, upper);
        var (cutLower, cutUpper) = Vector512.Widen(cut);
        var inexact = Narrow(~Vector512.Equals(cutLower, lower), ~Vector512.Equals(cutUpper, upper));
        return (cut.AsInt32() | (inexact & Vector512<int>.One)).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> TowardsZero(Vector512<double> lower, Vector512<double> upper)
    {
        if (Avx512F.IsSupported)
        {
            return Vector512.Create(
                Avx512F.ConvertToVector256Single(lower, FloatRoundingMode.ToZero), Avx512F.ConvertToVector256Single(upper, FloatRoundingMode.ToZero));
        }

        var nearest = Vector512.Narrow(lower, upper);
        var (nearestLower, nearestUpper) = Vector512.Widen(nearest);
        var tooLarge = Narrow(
            Vector512.GreaterThan(Vector512.Abs(nearestLower), Vector512.Abs(lower)),
            Vector512.GreaterThan(Vector512.Abs(nearestUpper), Vector512.Abs(upper)));

        // A mask is all ones, which as an integer is -1: one step towards zero.
        return (nearest.AsInt32() + tooLarge).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Narrow(Vector512<double> lower, Vector512<double> upper) =>
        Vector512.Narrow(lower.AsInt64(), upper.AsInt64());
}
