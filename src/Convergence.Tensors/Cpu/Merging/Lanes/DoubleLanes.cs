using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Elements stored as doubles: what every input is widened to when one of them is F64.</summary>
internal readonly unsafe struct DoubleLanes : ILanes
{
    public static int ElementByteCount => sizeof(double);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* source, out Vector512<double> lower, out Vector512<double> upper)
    {
        lower = Vector512.Load((double*)source);
        upper = Vector512.Load((double*)source + Vector512<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadLeast(
        byte* source,
        byte* baseSource,
        Vector512<int> values,
        Vector512<int> least,
        out Vector512<double> lower,
        out Vector512<double> upper)
    {
        var (keepLower, keepUpper) = Vector512.Widen(Vector512.GreaterThanOrEqual(values, least));
        Load(source, out var lowerElements, out var upperElements);
        Load(baseSource, out var lowerBase, out var upperBase);
        lower = Vector512.ConditionalSelect(keepLower.AsDouble(), lowerElements, lowerBase);
        upper = Vector512.ConditionalSelect(keepUpper.AsDouble(), upperElements, upperBase);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Magnitude(byte* source, byte* baseSource)
    {
        Load(source, out var lower, out var upper);
        Load(baseSource, out var lowerBase, out var upperBase);
        return Vector512.Narrow(lower - lowerBase, upper - upperBase).AsUInt32() & Vector512.Create((uint)int.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadKept(
        byte* source, byte* baseSource, Vector512<uint> keep, out Vector512<double> lower, out Vector512<double> upper) =>
        LoadLeast(source, baseSource, ~keep.AsInt32(), Vector512<int>.Zero, out lower, out upper);
}
