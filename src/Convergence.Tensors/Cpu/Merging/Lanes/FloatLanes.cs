using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Elements stored as floats.</summary>
internal readonly unsafe struct FloatLanes : ILanes
{
    public static int ElementByteCount => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* source, out Vector512<double> lower, out Vector512<double> upper)
    {
        if (Avx512F.IsSupported)
        {
            // Two loads that convert take fewer instructions than one that is then taken apart.
            lower = Avx512F.ConvertToVector512Double(Vector256.Load((float*)source));
            upper = Avx512F.ConvertToVector512Double(Vector256.Load((float*)source + Vector256<float>.Count));
        }
        else
        {
            (lower, upper) = Vector512.Widen(Vector512.Load((float*)source));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadLeast(
        byte* source,
        byte* baseSource,
        Vector512<int> values,
        Vector512<int> least,
        out Vector512<double> lower,
        out Vector512<double> upper) =>
        (lower, upper) = Vector512.Widen(
            Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(values, least).AsSingle(), Vector512.Load((float*)source), Vector512.Load((float*)baseSource)));

    // A difference of two floats rounded to double and then to float equals the one rounded to float directly (2 * 24 + 2 <= 53),
    // so these are the bits that DoubleLanes computes, too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Magnitude(byte* source, byte* baseSource) =>
        (Vector512.Load((float*)source) - Vector512.Load((float*)baseSource)).AsUInt32() & Vector512.Create((uint)int.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadKept(
        byte* source, byte* baseSource, Vector512<uint> keep, out Vector512<double> lower, out Vector512<double> upper) =>
        (lower, upper) = Vector512.Widen(
            Vector512.ConditionalSelect(keep.AsSingle(), Vector512.Load((float*)source), Vector512.Load((float*)baseSource)));
}
