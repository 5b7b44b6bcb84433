using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Selection;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary><see cref="VoteCut"/>s lane by lane while a kernel walks through a run, as <see cref="TrimThresholds"/> are.</summary>
internal static unsafe class VoteThresholds
{
    /// <summary>Numbers per input: the least change of sixteen lanes, then its opposite.</summary>
    public const int PerInput = 2 * ILanes.Count;

    /// <inheritdoc cref="TrimThresholds.Set"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Set(ReadOnlySpan<VoteCut> cuts, long index, long end, double* thresholds)
    {
        var next = end;
        for (var input = 0; input < cuts.Length; input++)
        {
            var (lower, upper) = (Lanes(cuts[input], index), Lanes(cuts[input], index + Vector512<double>.Count));
            var own = thresholds + (input * PerInput);
            lower.Store(own);
            upper.Store(own + Vector512<double>.Count);
            (-lower).Store(own + ILanes.Count);
            (-upper).Store(own + ILanes.Count + Vector512<double>.Count);
            next = TrimThresholds.NextStep(cuts[input].LastTieIndex, index, end, next);
        }

        return next;
    }

    private static Vector512<double> Lanes(VoteCut cut, long index) => Vector512.ConditionalSelect(
        Vector512.LessThanOrEqual(Vector512.Create(index) + Vector512<long>.Indices, Vector512.Create(cut.LastTieIndex)).AsDouble(),
        Vector512.Create(cut.LeastChange),
        Vector512.Create(cut.LeastBeyond));
}
