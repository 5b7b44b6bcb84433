using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>A worker's memory for one row of every task vector. Everything begins at a cache line.</summary>
/// <param name="memory"><see cref="ByteCount"/> bytes.</param>
/// <param name="rowLength">Elements of a row.</param>
/// <param name="inputCount">Task vectors.</param>
internal readonly unsafe struct RankedRow(byte* memory, int rowLength, int inputCount)
{
    /// <summary>So many elements of a row are settled one by one; where more are open, the row is ranked.</summary>
    public const int OpenLimit = 128;

    private const int BoundByteCount = 2 * RowBuckets.Count * sizeof(ushort);
    private const int OpenByteCount = (OpenLimit + MaskBits.WordSize) * sizeof(long);

    private readonly byte* _memory = memory;
    private readonly long _stride = Padded(rowLength);
    private readonly int _inputCount = inputCount;

    /// <summary>Elements of a row with those that fill up the last granule.</summary>
    public long PaddedLength => _stride;

    /// <summary>Words from one input's mask to the next one's.</summary>
    public long BitStride => _stride / MaskBits.WordSize;

    /// <summary>The random words of a granule, every input's: see <see cref="RandomHalves"/>.</summary>
    public uint* Words => (uint*)_memory;

    private byte* Bounds => (byte*)(Words + (_inputCount * RandomHalves.GranuleWordCount));

    private byte* OpenPlaces => Bounds + (_inputCount * BoundByteCount);

    private byte* MagnitudeRows => OpenPlaces + ((long)_inputCount * OpenByteCount);

    private byte* BucketRows => MagnitudeRows + (_inputCount * _stride * sizeof(uint));

    private byte* RankRows => BucketRows + (_inputCount * _stride * sizeof(ushort));

    private byte* BitRows => RankRows + (_inputCount * _stride * sizeof(uint));

    /// <summary>For counting and sorting.</summary>
    public uint* Scratch => (uint*)(BitRows + (_inputCount * BitStride * sizeof(uint)));

    public uint* Magnitudes(int input) => (uint*)MagnitudeRows + (input * _stride);

    public uint* Ranks(int input) => (uint*)RankRows + (input * _stride);

    public ushort* Buckets(int input) => (ushort*)BucketRows + (input * _stride);

    public ushort* Lower(int input) => (ushort*)(Bounds + (input * BoundByteCount));

    public ushort* Upper(int input) => Lower(input) + RowBuckets.Count;

    /// <summary>The mask of an input where it is not kept elsewhere.</summary>
    public uint* Bits(int input) => (uint*)BitRows + (input * BitStride);

    /// <summary>
    /// The elements that bounds leave open: the place in the row, then sixteen bits with the upper half of V,
    /// for which see <see cref="RankedSampler"/>.
    /// </summary>
    public long* Open(int input) => (long*)(OpenPlaces + ((long)input * OpenByteCount));

    public static long ByteCount(int rowLength, int inputCount)
    {
        var last = new RankedRow(null, rowLength, inputCount);
        return (long)last.Scratch
            + (sizeof(uint) * Math.Max(RowBuckets.HistogramWordCount, RowRanks.ScratchWordCount((int)last.PaddedLength)));
    }

    private static long Padded(int rowLength) => (rowLength + MergeSweep.Granule - 1) / MergeSweep.Granule * MergeSweep.Granule;
}
