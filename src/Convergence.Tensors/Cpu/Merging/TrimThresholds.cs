using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging;

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
    public static long Set(ReadOnlySpan<MagnitudeCut> cuts, long index, long end, uint* thresholds)
    {
        var next = end;
        for (var input = 0; input < cuts.Length; input++)
        {
            var (bits, lastTie) = cuts[input];
            var above = bits == uint.MaxValue ? bits : bits + 1;
            for (var lane = 0; lane < Vector512<uint>.Count; lane++)
            {
                thresholds[(input * Vector512<uint>.Count) + lane] = index + lane <= lastTie ? bits : above;
            }

            // The vector that holds the last tie is one of its own; before and after it nothing changes.
            if (lastTie >= index && lastTie - index < end - index)
            {
                var before = (lastTie - index) / Vector512<uint>.Count * Vector512<uint>.Count;
                next = Math.Min(next, index + Math.Max(before, Vector512<uint>.Count));
            }
        }

        return next;
    }
}
