using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// The ranks of magnitudes, 0 for the smallest; of equals the lower index is smaller. Long rows are sorted by radix, eleven and twice ten
/// bits at a time, which takes the same time for any values; short ones are counted, every element against every other.
/// </summary>
internal static unsafe class RowRanks
{
    // Up to here comparing all pairs in vectors is faster than clearing and adding up the histograms.
    private const int CountedLength = 128;

    private const int LowBits = 11;
    private const int OtherBits = 10;
    private const int LowBuckets = 1 << LowBits;
    private const int OtherBuckets = 1 << OtherBits;
    private const int HistogramWordCount = LowBuckets + (2 * OtherBuckets);

    /// <summary>Words of memory that ranking so many elements needs.</summary>
    public static long ScratchWordCount(int count) => HistogramWordCount + (4L * count);

    /// <param name="magnitudes">Bits of floats, sign cleared; readable up to the next multiple of sixteen.</param>
    /// <param name="count">Elements.</param>
    /// <param name="ranks">Receives the ranks; writable up to the next multiple of sixteen.</param>
    /// <param name="scratch">See <see cref="ScratchWordCount"/>; aligned to eight bytes.</param>
    public static void Rank(uint* magnitudes, int count, uint* ranks, uint* scratch)
    {
        if (count <= CountedLength)
        {
            Count(magnitudes, count, ranks);
        }
        else
        {
            Sort(magnitudes, count, ranks, scratch);
        }
    }

    /// <summary>The rank of one element, found by comparing it with every other.</summary>
    /// <param name="magnitudes">As for <see cref="Rank"/>; zeros fill the last vector up.</param>
    /// <param name="count">Elements.</param>
    /// <param name="element">Which one.</param>
    public static uint RankOf(uint* magnitudes, int count, int element)
    {
        var magnitude = Vector512.Create((int)magnitudes[element]);
        var smaller = Vector512<int>.Zero;
        nint own = element / Vector512<int>.Count * Vector512<int>.Count;

        // All ones is minus one; of equals those before count. Two sums, which need not wait for each other.
        var others = smaller;
        nint place = 0;
        for (; place + Vector512<int>.Count < own; place += 2 * Vector512<int>.Count)
        {
            smaller -= Vector512.LessThanOrEqual(Vector512.Load((int*)magnitudes + place), magnitude);
            others -= Vector512.LessThanOrEqual(Vector512.Load((int*)magnitudes + place + Vector512<int>.Count), magnitude);
        }

        for (; place < own; place += Vector512<int>.Count)
        {
            smaller -= Vector512.LessThanOrEqual(Vector512.Load((int*)magnitudes + place), magnitude);
        }

        for (; place + Vector512<int>.Count < count; place += 2 * Vector512<int>.Count)
        {
            smaller -= Vector512.LessThan(Vector512.Load((int*)magnitudes + place), magnitude);
            others -= Vector512.LessThan(Vector512.Load((int*)magnitudes + place + Vector512<int>.Count), magnitude);
        }

        for (; place < count; place += Vector512<int>.Count)
        {
            smaller -= Vector512.LessThan(Vector512.Load((int*)magnitudes + place), magnitude);
        }

        smaller += others;

        var isEarlier = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(element - (int)own));
        smaller -= Vector512.Equals(Vector512.Load((int*)magnitudes + own), magnitude) & isEarlier;

        // The padding is smaller than anything but zero.
        var padding = (Vector512<int>.Count - (count % Vector512<int>.Count)) % Vector512<int>.Count;
        return (uint)(Vector512.Sum(smaller) - (magnitudes[element] == 0 ? 0 : padding));
    }

    private static void Count(uint* magnitudes, int count, uint* ranks)
    {
        for (var i = 0; i < count; i += Vector512<uint>.Count)
        {
            var magnitude = Vector512.Load(magnitudes + i);
            var index = Vector512.Create((uint)i) + Vector512<uint>.Indices;
            var rank = Vector512<uint>.Zero;
            for (var other = 0; other < count; other++)
            {
                var value = Vector512.Create(magnitudes[other]);
                var isSmaller = Vector512.LessThan(value, magnitude)
                    | (Vector512.Equals(value, magnitude) & Vector512.LessThan(Vector512.Create((uint)other), index));

                // All ones is minus one.
                rank -= isSmaller;
            }

            rank.Store(ranks + i);
        }
    }

    private static void Sort(uint* magnitudes, int count, uint* ranks, uint* scratch)
    {
        var low = scratch;
        var middle = low + LowBuckets;
        var high = middle + OtherBuckets;
        var first = (ulong*)(scratch + HistogramWordCount);
        var second = first + count;
        new Span<uint>(scratch, HistogramWordCount).Clear();
        for (var i = 0; i < count; i++)
        {
            var magnitude = magnitudes[i];
            low[magnitude & (LowBuckets - 1)]++;
            middle[(magnitude >> LowBits) & (OtherBuckets - 1)]++;
            high[magnitude >> (LowBits + OtherBits)]++;
        }

        BeginBuckets(low, LowBuckets);
        BeginBuckets(middle, OtherBuckets);
        BeginBuckets(high, OtherBuckets);

        // Magnitude above, index below.
        for (var i = 0; i < count; i++)
        {
            var magnitude = magnitudes[i];
            first[low[magnitude & (LowBuckets - 1)]++] = ((ulong)magnitude << 32) | (uint)i;
        }

        for (var i = 0; i < count; i++)
        {
            var element = first[i];
            second[middle[(element >> (32 + LowBits)) & (OtherBuckets - 1)]++] = element;
        }

        for (var i = 0; i < count; i++)
        {
            var element = second[i];
            ranks[(uint)element] = high[element >> (32 + LowBits + OtherBits)]++;
        }
    }

    private static void BeginBuckets(uint* histogram, int count)
    {
        var begin = 0u;
        for (var bucket = 0; bucket < count; bucket++)
        {
            var size = histogram[bucket];
            histogram[bucket] = begin;
            begin += size;
        }
    }
}
