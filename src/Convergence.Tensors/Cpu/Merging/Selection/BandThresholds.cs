using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// The two cuts of every band in the form of <see cref="TrimThresholds"/>: an input's outer cut first, then its inner one.
/// </summary>
internal static unsafe class BandThresholds
{
    /// <summary>Thresholds per input.</summary>
    public const int PerInput = 2;

    public static MagnitudeCut[] Cuts(ReadOnlySpan<MagnitudeBand> bands)
    {
        var cuts = new MagnitudeCut[bands.Length * PerInput];
        for (var input = 0; input < bands.Length; input++)
        {
            cuts[input * PerInput] = bands[input].Outer;
            cuts[(input * PerInput) + 1] = bands[input].Inner;
        }

        return cuts;
    }

    /// <summary>All ones where a magnitude lies in an input's band.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Keep(Vector512<uint> magnitude, uint* thresholds, int input)
    {
        var outer = thresholds + (input * PerInput * ILanes.Count);
        return Vector512.GreaterThanOrEqual(magnitude, Vector512.Load(outer))
            & Vector512.LessThan(magnitude, Vector512.Load(outer + ILanes.Count));
    }
}
