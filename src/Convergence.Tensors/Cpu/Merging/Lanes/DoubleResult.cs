using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Doubles, as computed.</summary>
internal readonly unsafe struct DoubleResult : IResult
{
    public static int ElementByteCount => sizeof(double);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> lower, Vector512<double> upper, byte* destination)
    {
        lower.Store((double*)destination);
        upper.Store((double*)destination + Vector512<double>.Count);
    }
}
