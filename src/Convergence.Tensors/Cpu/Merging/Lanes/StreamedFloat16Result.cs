using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>As <see cref="Float16Result{TFormat}"/>, past the caches: see <see cref="StreamedFloatResult"/>.</summary>
internal readonly unsafe struct StreamedFloat16Result<TFormat> : IResult where TFormat : struct, IFloat16Format
{
    public static int ElementByteCount => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> lower, Vector512<double> upper, byte* destination) =>
        Float16Result<TFormat>.Round(lower, upper).StoreAlignedNonTemporal((ushort*)destination);
}
