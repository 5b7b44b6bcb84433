using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// The magnitude from which on an input's elements stay, while a kernel walks through a run. It steps up by one behind the
/// last element that is kept of those exactly at the cut, so each input has at most one step, inside at most one vector; everywhere
/// else a single comparison decides.
/// </summary>
internal static unsafe class TrimThresholds
{
    /// <summary>Sets the thresholds for the sixteen elements from <paramref name="index"/> and says how far they hold.</summary>
    /// <param name="cuts">One per input.</param>
    /// <param name="index">The first element, in the whole tensor.</param>
    /// <param name="end">The element after the last of the run.</param>
    /// <param name="thresholds">Per input, sixteen numbers.</param>
    /// <returns>The first element at which other thresholds are needed, or <paramref name="end"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Set(ReadOnlySpan<MagnitudeCut> cuts, long index, long end, int* thresholds)
    {
        var next = end;
        for (var input = 0; input < cuts.Length; input++)
        {
            for (var lane = 0; lane < Vector512<int>.Count; lane++)
            {
                thresholds[(input * Vector512<int>.Count) + lane] = Threshold(cuts[input], index + lane);
            }

            next = NextStep(cuts[input].LastTieIndex, index, end, next);
        }

        return next;
    }

    /// <summary>How far thresholds hold that were set for the sixteen elements from <paramref name="index"/>, for one more input.</summary>
    /// <param name="lastTie">Behind this element the input's threshold steps up.</param>
    /// <param name="index">The first element.</param>
    /// <param name="end">The element after the last of the run.</param>
    /// <param name="next">How far they hold for other inputs.</param>
    public static long NextStep(long lastTie, long index, long end, long next)
    {
        if (lastTie < index || lastTie - index >= end - index)
        {
            return next;
        }

        // The vector that holds the last tie is one of its own; before and after it nothing changes.
        var before = (lastTie - index) / Vector512<int>.Count * Vector512<int>.Count;
        return Math.Min(next, index + Math.Max(before, Vector512<int>.Count));
    }

    private static int Threshold(MagnitudeCut cut, long index) =>
        index <= cut.LastTieIndex ? (int)cut.MagnitudeBits : (int)Math.Min(cut.MagnitudeBits + 1L, int.MaxValue);
}
