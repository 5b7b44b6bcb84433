using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Floats, rounded to nearest even.</summary>
internal readonly unsafe struct FloatResult : IResult
{
    public static int ElementByteCount => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> lower, Vector512<double> upper, byte* destination) =>
        Vector512.Narrow(lower, upper).Store((float*)destination);
}
