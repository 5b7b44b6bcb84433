using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Masks of whole tensors: see <see cref="MaskBits"/>. Every row begins a granule.</summary>
internal sealed unsafe class SampleBits : SampledElements
{
    private readonly NativeBlock _memory;

    private SampleBits(long rowCount, long rowLength, int inputCount)
    {
        RowLength = rowLength;
        RowStride = (rowLength + MergeSweep.Granule - 1) / MergeSweep.Granule * (MergeSweep.Granule / MaskBits.WordSize);
        InputStride = rowCount * RowStride;
        _memory = new NativeBlock(InputStride * inputCount * sizeof(uint), meter: null);
    }

    /// <summary>Elements of a row.</summary>
    public long RowLength { get; }

    /// <summary>Words from one input's mask to the next one's.</summary>
    public long InputStride { get; }

    private long RowStride { get; }

    /// <summary>Whether an element's bit is where its index in the whole tensor says, without regard to rows.</summary>
    public bool IsFlat => RowLength % MergeSweep.Granule == 0 || InputStride == RowStride;

    /// <summary>Memory for masks, or <see langword="null"/> where that would be too much.</summary>
    public static SampleBits? Allocate(long elementCount, long rowLength, int inputCount) =>
        ByteCountOf(elementCount, rowLength, inputCount) == 0 ? null : new SampleBits(elementCount / rowLength, rowLength, inputCount);

    /// <summary>A row of an input's mask.</summary>
    public uint* Row(int input, long row) => (uint*)_memory.Pointer + (input * InputStride) + (row * RowStride);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _memory.Dispose();
        }
    }
}
