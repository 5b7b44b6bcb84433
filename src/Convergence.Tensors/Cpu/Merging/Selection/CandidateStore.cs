using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Holds the candidates of every worker and input, and finds the k-th among them. Its memory is kept between calls.</summary>
internal sealed unsafe class CandidateStore(int workerCount)
{
    private const int BucketBits = 14;

    private readonly MergeScratch _memory = new(workerCount: 1);
    private Candidates[] _candidates = [];
    private int _inputCount;

    /// <summary>What lies exactly at the brackets' ends.</summary>
    public EndCounts Ends { get; } = new();

    public void Reset(int inputCount, long elementCount, long capacity)
    {
        Ends.Reset(inputCount, elementCount);
        var slots = workerCount * inputCount;
        var byteCount = checked(slots * capacity * 2 * sizeof(uint));
        if (_candidates.Length < slots)
        {
            _candidates = new Candidates[slots];
        }

        _inputCount = inputCount;
        var next = (uint*)_memory.Rent(worker: 0, byteCount);
        for (var slot = 0; slot < slots; slot++)
        {
            _candidates[slot] = new Candidates { Magnitudes = next, Indices = next + capacity, Capacity = capacity };
            next += 2 * capacity;
        }
    }

    public ref Candidates Of(int worker, int input) => ref _candidates[(worker * _inputCount) + input];

    /// <summary>Where the element of a rank is: how many of its worth precede it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="keep">The rank, 1 for the largest.</param>
    /// <param name="bracket">Within which candidates were collected.</param>
    /// <returns>What is known of the cut, or <see langword="null"/> when it is not inside the bracket.</returns>
    public FoundCut? Find(int input, long keep, Bracket bracket)
    {
        long above = 0;
        long inside = 0;
        for (var worker = 0; worker < workerCount; worker++)
        {
            ref var candidates = ref Of(worker, input);
            if (candidates.Overflowed)
            {
                return null;
            }

            above += candidates.Above;
            inside += candidates.Count;
        }

        var rank = keep - above;
        var high = EndCounts.Total(Ends.High(input));
        if (rank <= 0)
        {
            return null;
        }

        if (rank <= high)
        {
            return FoundCut.AtEnd(bracket.High, rank, Ends.High(input));
        }

        rank -= high;
        if (rank <= inside)
        {
            return FoundCut.Exact(Find(input, rank, bracket.Low + 1, bracket.High - 1));
        }

        rank -= inside;
        return rank <= EndCounts.Total(Ends.Low(input)) ? FoundCut.AtEnd(bracket.Low, rank, Ends.Low(input)) : null;
    }

    // Narrows the range bucket by bucket until few are left, then sorts these: larger first, of equals the lower index.
    private MagnitudeCut Find(int input, long rank, uint low, uint high)
    {
        const int FewEnoughToSort = 4096;

        // At most one bit more than the buckets' has to be told apart.
        var histogram = ArrayPool<int>.Shared.Rent(2 << BucketBits);
        while (true)
        {
            var shift = Math.Max(0, 32 - BitOperations.LeadingZeroCount(high - low) - BucketBits);
            var bucket = (int)((high - low) >> shift);
            Array.Clear(histogram, 0, bucket + 1);
            for (var worker = 0; worker < workerCount; worker++)
            {
                Count(Of(worker, input), low, high - low, shift, histogram);
            }

            while (histogram[bucket] < rank)
            {
                rank -= histogram[bucket--];
            }

            (low, high) = (low + ((uint)bucket << shift), (uint)Math.Min(high, low + ((((ulong)bucket + 1) << shift) - 1)));
            var count = histogram[bucket];
            if (shift == 0 || count <= FewEnoughToSort)
            {
                ArrayPool<int>.Shared.Return(histogram);
                return Sort(input, rank, low, high, count);
            }
        }
    }

    private static void Count(Candidates candidates, uint low, uint width, int shift, int[] histogram)
    {
        fixed (int* counts = histogram)
        {
            for (long place = 0; place < candidates.Count; place++)
            {
                // What lies below the range wraps round to more than its width.
                var distance = candidates.Magnitudes[place] - low;
                if (distance <= width)
                {
                    counts[distance >> shift]++;
                }
            }
        }
    }

    private MagnitudeCut Sort(int input, long rank, uint low, uint high, int count)
    {
        var keys = ArrayPool<ulong>.Shared.Rent(count);
        var gathered = 0;
        for (var worker = 0; worker < workerCount; worker++)
        {
            gathered = Gather(Of(worker, input), low, high - low, keys, gathered);
        }

        Array.Sort(keys, 0, gathered);
        var key = keys[gathered - (int)rank];
        ArrayPool<ulong>.Shared.Return(keys);
        return new MagnitudeCut((uint)(key >> 32), ~(uint)key);
    }

    private static int Gather(Candidates candidates, uint low, uint width, ulong[] keys, int gathered)
    {
        var lowest = Vector512.Create(low);
        var widest = Vector512.Create(width);
        for (long place = 0; place < candidates.Count; place += Vector512<uint>.Count)
        {
            // The capacity leaves room for a vector beyond the last candidate.
            var isInside = Vector512.LessThanOrEqual(Vector512.Load(candidates.Magnitudes + place) - lowest, widest);
            for (var inside = isInside.ExtractMostSignificantBits(); inside != 0; inside &= inside - 1)
            {
                var found = place + BitOperations.TrailingZeroCount(inside);
                if (found < candidates.Count)
                {
                    keys[gathered++] = ((ulong)candidates.Magnitudes[found] << 32) | ~candidates.Indices[found];
                }
            }
        }

        return gathered;
    }
}
