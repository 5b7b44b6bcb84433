using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>An element's importance: |element - base| times its row's factor, in float64, rounded once to float32.</summary>
internal static unsafe class Importance
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of<TLanes>(byte* source, byte* baseSource, Vector512<double> factor) where TLanes : struct, ILanes
    {
        TLanes.Load(source, out var lower, out var upper);
        TLanes.Load(baseSource, out var baseLower, out var baseUpper);
        return Of(lower - baseLower, upper - baseUpper, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<double> lowerDelta, Vector512<double> upperDelta, Vector512<double> factor) =>
        Vector512.Narrow(Vector512.Abs(lowerDelta) * factor, Vector512.Abs(upperDelta) * factor);
}
