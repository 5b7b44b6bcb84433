using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Finds the k-th largest of a sample of magnitudes: counts by their leading sixteen bits once, then by the others.</summary>
internal readonly unsafe ref struct SampleRanks
{
    /// <summary>Bytes of memory that a count needs.</summary>
    public const int ScratchByteCount = (LeadingCount + TrailingCount) * sizeof(int);

    private const int TrailingBits = 15;
    private const int LeadingCount = 1 << 16;
    private const int TrailingCount = 1 << TrailingBits;

    private readonly uint* _sample;
    private readonly int _size;
    private readonly int* _leading;
    private readonly int* _trailing;
    private readonly int _highest;

    /// <param name="sample">The magnitudes; multiple of sixteen.</param>
    /// <param name="size">How many.</param>
    /// <param name="scratch">Memory for counts.</param>
    public SampleRanks(uint* sample, int size, int* scratch)
    {
        _sample = sample;
        _size = size;
        _leading = scratch;
        _trailing = scratch + LeadingCount;
        new Span<int>(_leading, LeadingCount).Clear();
        var highest = 0;
        for (var place = 0; place < size; place++)
        {
            var bucket = (int)(sample[place] >> TrailingBits);
            _leading[bucket]++;
            highest = Math.Max(highest, bucket);
        }

        _highest = highest;
    }

    /// <summary>The magnitude of that rank, 1 for the largest.</summary>
    public uint Largest(int rank)
    {
        var leading = Descend(_leading, _highest, ref rank);
        CountTrailing((uint)leading);
        return ((uint)leading << TrailingBits) | (uint)Descend(_trailing, TrailingCount - 1, ref rank);
    }

    private static int Descend(int* counts, int bucket, ref int rank)
    {
        while (counts[bucket] < rank)
        {
            rank -= counts[bucket--];
        }

        return bucket;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountTrailing(uint leading)
    {
        new Span<int>(_trailing, TrailingCount).Clear();
        var wanted = Vector512.Create(leading);
        for (var place = 0; place < _size; place += Vector512<uint>.Count)
        {
            var isWanted = Vector512.Equals(Vector512.Load(_sample + place) >> TrailingBits, wanted);
            for (var found = isWanted.ExtractMostSignificantBits(); found != 0; found &= found - 1)
            {
                _trailing[_sample[place + BitOperations.TrailingZeroCount(found)] & (TrailingCount - 1)]++;
            }
        }
    }
}
