using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// How much models differ at sixteen places: the standard deviation over them. Differences from the first model are what is squared, so
/// that models which agree have a spread of exactly zero, and so that a base would cancel.
/// </summary>
internal static unsafe class Spread
{
    /// <summary>The spreads as the bits of floats: their order is that of the spreads.</summary>
    /// <param name="tensors">The models, without a base.</param>
    /// <param name="count">Models, at least one.</param>
    /// <param name="offset">Bytes to the sixteen elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Bits<TLanes>(byte** tensors, int count, nint offset) where TLanes : struct, ILanes
    {
        TLanes.Load(tensors[0] + offset, out var firstLower, out var firstUpper);
        var lowerMean = Vector512<double>.Zero;
        var upperMean = lowerMean;
        for (var input = 1; input < count; input++)
        {
            TLanes.Load(tensors[input] + offset, out var lower, out var upper);
            lowerMean += lower - firstLower;
            upperMean += upper - firstUpper;
        }

        var models = Vector512.Create((double)count);
        lowerMean /= models;
        upperMean /= models;
        var lowerSum = lowerMean * lowerMean;
        var upperSum = upperMean * upperMean;
        for (var input = 1; input < count; input++)
        {
            TLanes.Load(tensors[input] + offset, out var lower, out var upper);
            lower = lower - firstLower - lowerMean;
            upper = upper - firstUpper - upperMean;
            lowerSum += lower * lower;
            upperSum += upper * upper;
        }

        return Vector512.Narrow(Vector512.Sqrt(lowerSum / models), Vector512.Sqrt(upperSum / models)).AsUInt32();
    }
}
