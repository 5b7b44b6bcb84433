using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>
/// Floats, written past the caches to an aligned destination: a tensor larger than the caches is not read back soon, and its lines need not
/// be fetched before they are overwritten.
/// </summary>
internal readonly unsafe struct StreamedFloatResult : IResult
{
    public static int ElementByteCount => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> lower, Vector512<double> upper, byte* destination) =>
        Vector512.Narrow(lower, upper).StoreAlignedNonTemporal((float*)destination);
}
