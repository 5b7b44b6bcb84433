using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Elements stored in a 16-bit float type, widened in registers: what every input is when all are of that type.</summary>
internal readonly unsafe struct Float16Lanes<TFormat> : ILanes where TFormat : struct, IFloat16Format
{
    public static int ElementByteCount => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* source, out Vector512<double> lower, out Vector512<double> upper) =>
        (lower, upper) = Vector512.Widen(Read(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadLeast(
        byte* source,
        byte* baseSource,
        Vector512<int> values,
        Vector512<int> least,
        out Vector512<double> lower,
        out Vector512<double> upper) =>
        (lower, upper) = Vector512.Widen(Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(values, least).AsSingle(), Read(source), Read(baseSource)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Magnitude(byte* source, byte* baseSource) =>
        (Read(source) - Read(baseSource)).AsUInt32() & Vector512.Create((uint)int.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Read(byte* source)
    {
        var elements = Vector256.Load((ushort*)source);
        var bits = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(elements)
            : Vector512.Create(Vector256.WidenLower(elements), Vector256.WidenUpper(elements));
        return TFormat.Widen(bits).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadKept(
        byte* source, byte* baseSource, Vector512<uint> keep, out Vector512<double> lower, out Vector512<double> upper) =>
        (lower, upper) = Vector512.Widen(Vector512.ConditionalSelect(keep.AsSingle(), Read(source), Read(baseSource)));
}
