using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// The inner product of two runs of elements in float64: sixteen partial sums, added up in a fixed order, so that it depends on the
/// elements alone. Products of two floats are exact in float64. Padding must be zeros.
/// </summary>
internal static unsafe class InnerProduct
{
    public static double Of<TLanes>(byte* a, byte* b, nint count) where TLanes : struct, ILanes
    {
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(a + offset, out var aLower, out var aUpper);
            TLanes.Load(b + offset, out var bLower, out var bUpper);
            lowerSum += aLower * bLower;
            upperSum += aUpper * bUpper;
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    /// <summary>The inner product of a - origin and b - origin.</summary>
    public static double OfDifferences<TLanes>(byte* origin, byte* a, byte* b, nint count) where TLanes : struct, ILanes
    {
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(origin + offset, out var lower, out var upper);
            TLanes.Load(a + offset, out var aLower, out var aUpper);
            TLanes.Load(b + offset, out var bLower, out var bUpper);
            lowerSum += (aLower - lower) * (bLower - lower);
            upperSum += (aUpper - upper) * (bUpper - upper);
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    /// <summary>
    /// Of every pair (i, j) with i up to j, by i and then j; of the differences from the first tensor when there is a base.
    /// </summary>
    public static double OfPair<TLanes>(byte** tensors, bool hasBase, int first, int second, nint count) where TLanes : struct, ILanes =>
        hasBase
            ? OfDifferences<TLanes>(tensors[0], tensors[first + 1], tensors[second + 1], count)
            : Of<TLanes>(tensors[first], tensors[second], count);
}
