using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Sums of magnitudes in float64, of all and of those that are kept, over lanes in a fixed order.</summary>
internal struct KeptMagnitudes
{
    private Vector512<double> _lowerTotal;
    private Vector512<double> _upperTotal;
    private Vector512<double> _lowerKept;
    private Vector512<double> _upperKept;

    public readonly double Total => LaneSum.Of(_lowerTotal + _upperTotal);

    public readonly double Kept => LaneSum.Of(_lowerKept + _upperKept);

    /// <summary>Adds sixteen magnitudes (bits of floats).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<uint> magnitudes, Vector512<uint> isKept)
    {
        var (lower, upper) = Vector512.Widen(magnitudes.AsSingle());
        _lowerTotal += lower;
        _upperTotal += upper;
        (lower, upper) = Vector512.Widen((magnitudes & isKept).AsSingle());
        _lowerKept += lower;
        _upperKept += upper;
    }
}
