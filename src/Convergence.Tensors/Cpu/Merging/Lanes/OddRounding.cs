using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>
/// Doubles on their way to bfloat16 or float16, cut to floats whose last bit is set when anything was lost.
/// Rounding these gives what rounding the doubles directly would (Boldo and Melquiond 2008,
/// "Emulation of FMA and correctly rounded sums", IEEE TC 57(4)): two roundings in a row count as one.
/// </summary>
internal static class OddRounding
{
    // What lies below bit 40 of a double's fraction only matters by being there: float16 keeps bits 51 to 42 and rounds by bit 41, bfloat16
    // keeps fewer. Thirteen bits are exact in a float, even in one so small that bfloat16 does not round it to zero: from 2^-134 on, bit 40
    // weighs at least 2^-146. So however the conversion rounds, it has nothing to round.
    private const ulong Rest = (1UL << 40) - 1;

    /// <summary>The bits of the floats of sixteen doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Round(Vector512<double> lower, Vector512<double> upper) =>
        Vector512.Narrow(Cut(lower), Cut(upper)).AsUInt32();

    // The sum carries into bit 40 where the rest is not zero. It may also do so in a NaN, which it leaves one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Cut(Vector512<double> value)
    {
        var rest = Vector512.Create(Rest);
        var bits = value.AsUInt64();
        return ((bits | ((bits & rest) + rest)) & ~rest).AsDouble();
    }
}
