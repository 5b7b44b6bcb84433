using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>How DARE's masks come from random words: the mapping of <see cref="Randomness.Philox"/>.</summary>
internal static unsafe class DareMask
{
    /// <summary>The bound that keeps every element.</summary>
    public const ulong KeepAll = 1UL << 32;

    // Sixteen counters serve a granule of sixty-four elements.
    private const int CounterShift = 2;

    /// <summary>What random words must stay below for a share of elements: floor(density * 2^32).</summary>
    public static ulong BoundOf(double density) => density >= 1 ? KeepAll : (ulong)(density * KeepAll);

    /// <summary>The first of the sixteen counters of the granule at an index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FirstCounter(long index) => (ulong)index >> CounterShift;

    public static void Start(ulong key, int inputCount, uint counterHigh, StreamStart* starts)
    {
        for (var input = 0; input < inputCount; input++)
        {
            starts[input] = PhiloxLanes.Start(key, (uint)input, counterHigh);
        }
    }

    /// <summary>Draws the masks of a granule: per input sixty-four lanes, all ones where an element is kept.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Draw(ulong key, uint counter, ulong[] bounds, StreamStart* starts, double* masks)
    {
        for (var half = 0; half < 2; half++)
        {
            var counters = PhiloxLanes.Open(key, counter + (uint)(half * Vector512<ulong>.Count));
            for (var input = 0; input < bounds.Length; input++)
            {
                var bound = Vector512.Create(Bound(bounds[input]));
                var mask = masks + (input * MergeSweep.Granule) + (half * Vector512<ulong>.Count);
                counters.Finish(starts[input], key, out var word0, out var word1, out var word2, out var word3);
                Keep(word0, bound).Store(mask);
                Keep(word1, bound).Store(mask + ILanes.Count);
                Keep(word2, bound).Store(mask + (2 * ILanes.Count));
                Keep(word3, bound).Store(mask + (3 * ILanes.Count));
            }
        }
    }

    /// <summary>A bound as <see cref="Keep"/> compares it: words are shifted to the top of their lanes, 2^32 becomes the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bound(ulong bound) => bound == KeepAll ? ulong.MaxValue : bound << 32;

    /// <summary>All ones where the word in a lane's lower half is below the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Keep(Vector512<ulong> words, Vector512<ulong> bound) =>
        Vector512.LessThan(words << 32, bound).AsDouble();
}
