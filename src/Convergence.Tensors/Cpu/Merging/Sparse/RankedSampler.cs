using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// Decides for the elements of a row which are kept. An element with rank r is dropped when its number U (<see cref="RandomHalves"/>)
/// is below 2^32 - floor(p 2^32), p = lowest + step r; that is, it is kept when V = 2^32 - 1 - U is below floor(p 2^32).
/// The upper half of V decides where it lies outside the bounds of the element's bucket (<see cref="RowBuckets"/>).
/// The few elements for which it does not are ranked one by one, and where they are not few, the row is sorted:
/// the same decisions, found more slowly. Works in the scratch memory of the calling worker.
/// </summary>
internal sealed unsafe class RankedSampler
{
    private const int WordsPerGranule = MergeSweep.Granule / MaskBits.WordSize;
    private const double Halves = 1 << RandomHalves.HalfBits;

    private readonly MergeScratch _scratch;
    private readonly ulong _key;
    private readonly int _rowLength;
    private readonly bool _zerosMatter;
    private readonly double[] _lowest;
    private readonly double[] _steps;

    /// <param name="scratch">Gives every worker its memory.</param>
    /// <param name="densities">One per input.</param>
    /// <param name="sampling">Rows and random numbers.</param>
    /// <param name="zerosMatter">
    /// Whether a magnitude of zero can belong to an element that is not: where differences are rounded to floats.
    /// </param>
    public RankedSampler(MergeScratch scratch, RankedDensity[] densities, RankedSampling sampling, bool zerosMatter)
    {
        _scratch = scratch;
        _key = sampling.Key;
        _rowLength = checked((int)sampling.RowLength);
        _zerosMatter = zerosMatter;
        _lowest = Array.ConvertAll(densities, density => RankedDensities.Lowest(density, _rowLength));
        _steps = Array.ConvertAll(densities, density => RankedDensities.Step(density, _rowLength));
    }

    public int InputCount => _lowest.Length;

    /// <summary>The worker's row.</summary>
    public RankedRow Row(int worker) =>
        new(_scratch.Rent(worker, RankedRow.ByteCount(_rowLength, InputCount)), _rowLength, InputCount);

    /// <summary>The probabilities of eight ranks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Probability(int input, Vector512<double> ranks) =>
        Vector512.Create(_lowest[input]) + (Vector512.Create(_steps[input]) * ranks);

    /// <summary>Draws without ranking more than has to be; the row's magnitudes must be there.</summary>
    /// <param name="row">The row's number in the whole tensor.</param>
    /// <param name="worker">The calling worker.</param>
    /// <param name="bits">Receives the mask of the first input. Bits of elements that did not change are any.</param>
    /// <param name="stride">Words from one input's mask to the next one's.</param>
    public void Draw(long row, int worker, uint* bits, long stride)
    {
        var memory = Row(worker);
        for (var input = 0; input < InputCount; input++)
        {
            FindBounds(memory, input);
        }

        var openCounts = stackalloc int[InputCount];
        new Span<int>(openCounts, InputCount).Clear();
        var roundKeys = stackalloc ulong[PhiloxLanes.RoundKeyCount];
        var halves = new RandomHalves(_key, roundKeys);
        for (long place = 0; place < memory.PaddedLength; place += MergeSweep.Granule)
        {
            halves.Draw((row * memory.PaddedLength) + place, 0, InputCount, memory.Words);
            for (var input = 0; input < InputCount; input++)
            {
                openCounts[input] = Decide(memory, input, (int)place, bits + (input * stride), openCounts[input]);
            }
        }

        for (var input = 0; input < InputCount; input++)
        {
            if (openCounts[input] <= RankedRow.OpenLimit)
            {
                Settle(memory, input, row, openCounts[input], bits + (input * stride));
            }
            else
            {
                Rank(memory, input);
                DrawRanked(memory, input, row, bits + (input * stride));
            }
        }
    }

    /// <summary>Ranks the row and draws.</summary>
    /// <returns>The row, with ranks and masks.</returns>
    public RankedRow DrawRanked(long row, int worker)
    {
        var memory = Row(worker);
        for (var input = 0; input < InputCount; input++)
        {
            Rank(memory, input);
            DrawRanked(memory, input, row, memory.Bits(input));
        }

        return memory;
    }

    /// <summary>Adds the magnitudes of a row that was drawn to the sums: per input of all elements and of those that are kept.</summary>
    public void Sum(int worker, uint* bits, long stride, Span<double> sums)
    {
        var memory = Row(worker);
        var firstBits = MaskBits.First;
        var secondBits = firstBits << 1;
        for (var input = 0; input < InputCount; input++)
        {
            var magnitudes = memory.Magnitudes(input);
            var mask = bits + (input * stride);
            var totals = default(KeptMagnitudes);

            // The padding of the magnitudes is zero.
            for (nint i = 0; i < _rowLength; i += MaskBits.WordSize)
            {
                var word = Vector512.Create(*mask++);
                totals.Add(Vector512.Load(magnitudes + i), MaskBits.Kept(word, firstBits));
                totals.Add(Vector512.Load(magnitudes + i + ILanes.Count), MaskBits.Kept(word, secondBits));
            }

            sums[2 * input] += totals.Total;
            sums[(2 * input) + 1] += totals.Kept;
        }
    }

    private void FindBounds(RankedRow memory, int input)
    {
        var magnitudes = memory.Magnitudes(input);
        var sum = Vector512<float>.Zero;
        for (nint i = 0; i < memory.PaddedLength; i += ILanes.Count)
        {
            sum += Vector512.Load(magnitudes + i).AsSingle();
        }

        var buckets = memory.Buckets(input);
        RowBuckets.Fill(magnitudes, (nint)memory.PaddedLength, RowBuckets.ScaleFor(Vector512.Sum(sum) / _rowLength), buckets);
        RowBuckets.CountLower(buckets, (nint)memory.PaddedLength, (uint)(memory.PaddedLength - _rowLength), memory.Scratch);
        RowBuckets.Bound(memory.Scratch, _lowest[input], _steps[input], memory.Lower(input), memory.Upper(input));
    }

    // One granule. Elements that bounds leave open are noted, until there are too many.
    private int Decide(RankedRow memory, int input, int place, uint* bits, int openCount)
    {
        var words = memory.Words + (input * RandomHalves.GranuleWordCount);
        var buckets = memory.Buckets(input);
        var magnitudes = memory.Magnitudes(input);
        var lower = memory.Lower(input);
        var upper = memory.Upper(input);
        for (var end = place + MergeSweep.Granule; place < end; place += MaskBits.WordSize, words += ILanes.Count)
        {
            var half = ~Vector512.Load(words).AsUInt16();
            var bucket = Vector512.Load(buckets + place);
            var kept = MaskBits.WordOf(Vector512.LessThan(half, RowBuckets.LookUp(lower, bucket)));
            var dropped = MaskBits.WordOf(Vector512.GreaterThan(half, RowBuckets.LookUp(upper, bucket)));
            bits[place / MaskBits.WordSize] = kept;
            for (var open = ~(kept | dropped); open != 0 && openCount <= RankedRow.OpenLimit; open &= open - 1)
            {
                // What did not change is the same kept or dropped.
                var bit = BitOperations.TrailingZeroCount(open);
                var element = place + MaskBits.ElementOf(bit);
                if (element < _rowLength && (magnitudes[element] != 0 || _zerosMatter))
                {
                    memory.Open(input)[openCount++] = ((long)element << RandomHalves.HalfBits) | (ushort)~((ushort*)words)[bit];
                }
            }
        }

        return openCount;
    }

    // Ranks the open elements of a row one by one.
    private void Settle(RankedRow memory, int input, long row, int openCount, uint* bits)
    {
        for (var open = 0; open < openCount; open++)
        {
            var element = (int)(memory.Open(input)[open] >> RandomHalves.HalfBits);
            var half = (ushort)memory.Open(input)[open];
            var rank = _steps[input] == 0 ? 0 : RowRanks.RankOf(memory.Magnitudes(input), _rowLength, element);
            if (Keeps(input, rank, half, (row * memory.PaddedLength) + element))
            {
                bits[element / MaskBits.WordSize] |= MaskBits.BitOf(element);
            }
        }
    }

    private void Rank(RankedRow memory, int input)
    {
        if (_steps[input] == 0)
        {
            // All ranks have one probability.
            new Span<uint>(memory.Ranks(input), (int)memory.PaddedLength).Clear();
        }
        else
        {
            RowRanks.Rank(memory.Magnitudes(input), _rowLength, memory.Ranks(input), memory.Scratch);
        }
    }

    private void DrawRanked(RankedRow memory, int input, long row, uint* bits)
    {
        var roundKeys = stackalloc ulong[PhiloxLanes.RoundKeyCount];
        var halves = new RandomHalves(_key, roundKeys);
        var first = row * memory.PaddedLength;
        var ranks = memory.Ranks(input);
        for (long place = 0; place < memory.PaddedLength; place += MergeSweep.Granule)
        {
            halves.Draw(first + place, input, 1, memory.Words);
            for (var offset = 0; offset < MergeSweep.Granule; offset += MaskBits.WordSize)
            {
                var words = ~Vector512.Load(memory.Words + (offset / 2));
                var element = place + offset;
                Compare(words & Vector512.Create((uint)ushort.MaxValue), ranks + element, input, out var kept0, out var possible0);
                Compare(words >> RandomHalves.HalfBits, ranks + element + ILanes.Count, input, out var kept1, out var possible1);
                var kept = MaskBits.WordOf(kept0, kept1);
                for (var open = MaskBits.WordOf(possible0, possible1) & ~kept; open != 0; open &= open - 1)
                {
                    var bit = BitOperations.TrailingZeroCount(open);
                    var own = element + MaskBits.ElementOf(bit);
                    kept |= Keeps(input, ranks[own], (ushort)~((ushort*)(memory.Words + (offset / 2)))[bit], first + own) ? 1u << bit : 0;
                }

                *bits++ = kept;
            }
        }
    }

    // Which of sixteen elements the upper halves of their Vs keep, and which they may keep.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compare(Vector512<uint> halves, uint* ranks, int input, out Vector512<uint> kept, out Vector512<uint> possible)
    {
        var (lower, upper) = UnsignedLanes.Widen(halves);
        var (lowerRank, upperRank) = UnsignedLanes.Widen(Vector512.Load(ranks));
        var lowerBound = Probability(input, lowerRank) * Halves;
        var upperBound = Probability(input, upperRank) * Halves;
        possible = Vector512.Narrow(
            Vector512.LessThanOrEqual(lower, lowerBound).AsUInt64(), Vector512.LessThanOrEqual(upper, upperBound).AsUInt64());
        kept = Vector512.Narrow(
            Vector512.LessThanOrEqual(lower + Vector512<double>.One, lowerBound).AsUInt64(),
            Vector512.LessThanOrEqual(upper + Vector512<double>.One, upperBound).AsUInt64());
    }

    // The lower half of V decides only where the upper one is that of the bound.
    private bool Keeps(int input, uint rank, uint half, long index)
    {
        var bound = Math.Floor((_lowest[input] + (_steps[input] * rank)) * (Halves * Halves));
        var lowest = half * Halves;
        return lowest + Halves <= bound
            || (lowest < bound && lowest + (ushort.MaxValue - RandomHalves.LowerOf(_key, (uint)input, index)) < bound);
    }
}
