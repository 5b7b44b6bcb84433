using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>A 16-bit float type, rounded once to nearest even: see <see cref="OddRounding"/>.</summary>
internal readonly unsafe struct Float16Result<TFormat> : IResult where TFormat : struct, IFloat16Format
{
    public static int ElementByteCount => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> lower, Vector512<double> upper, byte* destination) =>
        Round(lower, upper).Store((ushort*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Round(Vector512<double> lower, Vector512<double> upper)
    {
        var bits = TFormat.Narrow(OddRounding.Round(lower, upper));
        return Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(bits) : Vector256.Narrow(bits.GetLower(), bits.GetUpper());
    }
}
