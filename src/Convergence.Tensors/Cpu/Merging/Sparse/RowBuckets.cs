using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// Between which ranks the magnitudes of a row lie: they are counted in buckets of equal width, and of an element's rank it
/// is then known that it is not below the number of elements in lower buckets, and below that number with its own bucket's.
/// Where elements are kept with a probability that grows with the rank, nearly every random number is outside what these bounds leave open,
/// and nobody has to know the rank.
/// </summary>
internal static unsafe class RowBuckets
{
    public const int Count = 256;

    /// <summary>Words of memory for counting.</summary>
    public const int HistogramWordCount = (HistogramCount * Count) + 1;

    private const int HistogramCount = 4;

    // Magnitudes up to so many times the mean have buckets of their own: 3.2 standard deviations of normally distributed changes.
    private const float LargestPerMean = 4;
    private const float SmallestScale = 1e-30f;
    private const float LargestScale = 1e30f;

    // Bounds are computed as floats; their errors, in units of the upper halves of random numbers, are below 0.02.
    private const float Slack = 1 / 16f;
    private const float LargestHalf = ushort.MaxValue;

    /// <summary>
    /// Buckets per magnitude, made for a row whose magnitudes have this mean. Any number gives correct bounds, a good one close bounds.
    /// </summary>
    public static float ScaleFor(double mean) =>
        (float)Math.Clamp(Count / (LargestPerMean * Math.Max(mean, double.Epsilon)), SmallestScale, LargestScale);

    /// <summary>Finds the bucket of every magnitude.</summary>
    /// <param name="magnitudes">Bits of floats; zeros fill the last granule up.</param>
    /// <param name="paddedCount">Elements, in whole granules.</param>
    /// <param name="scale">See <see cref="ScaleFor"/>.</param>
    /// <param name="buckets">Receives a bucket per element, in the order of <see cref="MaskBits"/>.</param>
    public static void Fill(uint* magnitudes, nint paddedCount, float scale, ushort* buckets)
    {
        var factor = Vector512.Create(scale);
        for (nint i = 0; i < paddedCount; i += MaskBits.WordSize)
        {
            var first = BucketOf(Vector512.Load(magnitudes + i), factor);
            var second = BucketOf(Vector512.Load(magnitudes + i + ILanes.Count), factor);
            (first | (second << 16)).AsUInt16().Store(buckets + i);
        }
    }

    /// <summary>Counts the elements of every bucket.</summary>
    /// <param name="buckets">The buckets.</param>
    /// <param name="paddedCount">Elements, in whole granules.</param>
    /// <param name="padding">Those of them that fill up the last granule, whose bucket is 0.</param>
    /// <param name="histogram">Receives for every bucket, and one after the last, how many elements are in lower ones.</param>
    public static void CountLower(ushort* buckets, nint paddedCount, uint padding, uint* histogram)
    {
        new Span<uint>(histogram, HistogramWordCount).Clear();
        for (nint i = 0; i < paddedCount; i += 8)
        {
            // Four histograms: neighbours often share a bucket, and adding to the same word twice has to wait.
            var first = *(ulong*)(buckets + i);
            var second = *(ulong*)(buckets + i + 4);
            histogram[(ushort)first]++;
            histogram[Count + (ushort)(first >> 16)]++;
            histogram[(2 * Count) + (ushort)(first >> 32)]++;
            histogram[(3 * Count) + (first >> 48)]++;
            histogram[(ushort)second]++;
            histogram[Count + (ushort)(second >> 16)]++;
            histogram[(2 * Count) + (ushort)(second >> 32)]++;
            histogram[(3 * Count) + (second >> 48)]++;
        }

        histogram[0] -= padding;
        var lower = Vector512<uint>.Zero;
        for (var bucket = 0; bucket < Count; bucket += ILanes.Count)
        {
            var sizes = Vector512.Load(histogram + bucket) + Vector512.Load(histogram + Count + bucket)
                + Vector512.Load(histogram + (2 * Count) + bucket) + Vector512.Load(histogram + (3 * Count) + bucket);
            var sums = RunningSums(sizes) + lower;
            (sums - sizes).Store(histogram + bucket);
            lower = Vector512.Create(sums[ILanes.Count - 1]);
        }

        histogram[Count] = lower.ToScalar();
    }

    /// <summary>
    /// Makes the bounds of random halves: of an element in bucket b that is kept with probability lowest + step * rank, a half (see
    /// <see cref="RankedSampler"/>) below lower[b] keeps it, and one above upper[b] drops it.
    /// </summary>
    /// <param name="histogram">See <see cref="CountLower"/>.</param>
    /// <param name="lowest">The probability of rank 0.</param>
    /// <param name="step">What it grows by from rank to rank.</param>
    /// <param name="lower">Receives a bound per bucket.</param>
    /// <param name="upper">Receives a bound per bucket.</param>
    public static void Bound(uint* histogram, double lowest, double step, ushort* lower, ushort* upper)
    {
        const float Halves = 1 << RandomHalves.HalfBits;
        var factor = Vector512.Create((float)step * Halves);
        var least = Vector512.Create(((float)lowest * Halves) - Slack);
        var most = Vector512.Create(((float)lowest * Halves) + Slack);
        for (var bucket = 0; bucket < Count; bucket += MaskBits.WordSize)
        {
            var next = histogram + bucket + ILanes.Count;
            Vector512.Narrow(BoundOf(histogram + bucket, factor, least), BoundOf(next, factor, least)).Store(lower + bucket);
            Vector512.Narrow(BoundOf(histogram + bucket + 1, factor, most), BoundOf(next + 1, factor, most)).Store(upper + bucket);
        }
    }

    /// <summary>The bounds of 32 buckets.</summary>
    /// <param name="bounds">See <see cref="Bound"/>.</param>
    /// <param name="buckets">The buckets.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> LookUp(ushort* bounds, Vector512<ushort> buckets)
    {
        if (Avx512BW.IsSupported)
        {
            // An instruction looks at the lower six bits of a bucket and chooses from two vectors;
            // the other two bits choose from the four results.
            var first = Avx512BW.PermuteVar32x16x2(Vector512.Load(bounds), buckets, Vector512.Load(bounds + 32));
            var second = Avx512BW.PermuteVar32x16x2(Vector512.Load(bounds + 64), buckets, Vector512.Load(bounds + 96));
            var third = Avx512BW.PermuteVar32x16x2(Vector512.Load(bounds + 128), buckets, Vector512.Load(bounds + 160));
            var fourth = Avx512BW.PermuteVar32x16x2(Vector512.Load(bounds + 192), buckets, Vector512.Load(bounds + 224));
            var isEven = Vector512.Equals(buckets & Vector512.Create((ushort)64), Vector512<ushort>.Zero);
            var isLow = Vector512.LessThan(buckets, Vector512.Create((ushort)128));
            return Vector512.ConditionalSelect(
                isLow, Vector512.ConditionalSelect(isEven, first, second), Vector512.ConditionalSelect(isEven, third, fourth));
        }

        var places = stackalloc ushort[Vector512<ushort>.Count];
        buckets.Store(places);
        for (var place = 0; place < Vector512<ushort>.Count; place++)
        {
            places[place] = bounds[places[place]];
        }

        return Vector512.Load(places);
    }

    // Every lane's sum with those before it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> RunningSums(Vector512<uint> values)
    {
        if (Avx512F.IsSupported)
        {
            values += Avx512F.AlignRight32(values, Vector512<uint>.Zero, 15);
            values += Avx512F.AlignRight32(values, Vector512<uint>.Zero, 14);
            values += Avx512F.AlignRight32(values, Vector512<uint>.Zero, 12);
            return values + Avx512F.AlignRight32(values, Vector512<uint>.Zero, 8);
        }

        var sums = stackalloc uint[Vector512<uint>.Count];
        values.Store(sums);
        for (var lane = 1; lane < Vector512<uint>.Count; lane++)
        {
            sums[lane] += sums[lane - 1];
        }

        return Vector512.Load(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> BucketOf(Vector512<uint> magnitudes, Vector512<float> scale) =>
        Vector512.ConvertToInt32Native(Vector512.MinNative(magnitudes.AsSingle() * scale, Vector512.Create(Count - 1f))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> BoundOf(uint* ranks, Vector512<float> factor, Vector512<float> lowest)
    {
        var bound = lowest + (factor * Vector512.ConvertToSingle(Vector512.Load(ranks).AsInt32()));
        var clamped = Vector512.MinNative(Vector512.MaxNative(bound, Vector512<float>.Zero), Vector512.Create(LargestHalf));
        return Vector512.ConvertToInt32Native(clamped).AsUInt32();
    }
}
