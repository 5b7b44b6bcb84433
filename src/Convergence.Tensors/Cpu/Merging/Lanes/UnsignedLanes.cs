using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Unsigned integers as doubles, exactly and without a conversion instruction, which narrow vectors lack.</summary>
internal static class UnsignedLanes
{
    // 2^52: a double whose fraction counts in ones.
    private const double Ones = 4503599627370496;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Lower, Vector512<double> Upper) Widen(Vector512<uint> values)
    {
        var ones = Vector512.Create(Ones);
        var (lower, upper) = Vector512.Widen(values);
        return ((lower | ones.AsUInt64()).AsDouble() - ones, (upper | ones.AsUInt64()).AsDouble() - ones);
    }
}
