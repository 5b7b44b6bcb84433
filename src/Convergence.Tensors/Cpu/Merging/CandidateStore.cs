using System.Numerics;
using System.Runtime.InteropServices;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>Holds the candidates of every worker and input, and finds the k-th among them. Its memory is kept between calls.</summary>
internal sealed unsafe class CandidateStore(int workerCount)
{
    private const int BucketBits = 14;

    private readonly MergeScratch _memory = new(workerCount: 1);
    private Candidates[] _candidates = [];
    private int _inputCount;

    public void Reset(int inputCount, long capacity)
    {
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

    /// <summary>The cut that keeps the <paramref name="keep"/> largest, or <see langword="null"/> when it is not inside the bracket.</summary>
    public MagnitudeCut? Find(int input, long keep, Bracket bracket)
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

        return above < keep && keep <= above + inside ? Find(input, keep - above, bracket.Low, bracket.High) : null;
    }

    // Narrows the range bucket by bucket until few are left, then sorts these: larger first, of equals the lower index.
    private MagnitudeCut Find(int input, long rank, uint low, uint high)
    {
        const int FewEnoughToSort = 4096;
        while (true)
        {
            var shift = Math.Max(0, 32 - BitOperations.LeadingZeroCount(high - low) - BucketBits);
            var histogram = new long[((high - low) >> shift) + 1];
            ForEach(input, low, high, (magnitude, _) => histogram[(magnitude - low) >> shift]++);
            var bucket = histogram.Length - 1;
            while (histogram[bucket] < rank)
            {
                rank -= histogram[bucket--];
            }

            (low, high) = (low + ((uint)bucket << shift), (uint)Math.Min(high, low + ((((ulong)bucket + 1) << shift) - 1)));
            if (shift == 0 || histogram[bucket] <= FewEnoughToSort)
            {
                return Sort(input, rank, low, high, checked((int)histogram[bucket]));
            }
        }
    }

    private MagnitudeCut Sort(int input, long rank, uint low, uint high, int count)
    {
        var keys = new List<ulong>(count);
        ForEach(input, low, high, (magnitude, index) => keys.Add(((ulong)magnitude << 32) | ~index));
        CollectionsMarshal.AsSpan(keys).Sort();
        var key = keys[keys.Count - (int)rank];
        return new MagnitudeCut((uint)(key >> 32), ~(uint)key);
    }

    private void ForEach(int input, uint low, uint high, Action<uint, uint> body)
    {
        for (var worker = 0; worker < workerCount; worker++)
        {
            ref var candidates = ref Of(worker, input);
            for (long place = 0; place < candidates.Count; place++)
            {
                var magnitude = candidates.Magnitudes[place];
                if (magnitude >= low && magnitude <= high)
                {
                    body(magnitude, candidates.Indices[place]);
                }
            }
        }
    }
}
