using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>
/// Floats rounded to odd: cut off towards zero, with the last bit set when anything was lost. Rounding these to bfloat16 or float16
/// gives what rounding the doubles directly would (Boldo and Melquiond 2008, "Emulation of FMA and correctly rounded sums", IEEE TC 57(4)):
/// two roundings in a row count as one.
/// </summary>
internal readonly unsafe struct OddFloatResult : IResult
{
    public static int ElementByteCount => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> lower, Vector512<double> upper, byte* destination)
    {
        var nearest = Vector512.Narrow(lower, upper);
        var (nearestLower, nearestUpper) = Vector512.Widen(nearest);
        var inexact = Narrow(~Vector512.Equals(nearestLower, lower), ~Vector512.Equals(nearestUpper, upper));
        var tooLarge = Narrow(
            Vector512.GreaterThan(Vector512.Abs(nearestLower), Vector512.Abs(lower)),
            Vector512.GreaterThan(Vector512.Abs(nearestUpper), Vector512.Abs(upper)));

        // A mask is all ones, which as an integer is -1: one step towards zero.
        ((nearest.AsInt32() + tooLarge) | (inexact & Vector512<int>.One)).Store((int*)destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Narrow(Vector512<double> lower, Vector512<double> upper) =>
        Vector512.Narrow(lower.AsInt64(), upper.AsInt64());
}
