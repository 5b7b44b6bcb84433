namespace Convergence.Tensors.Devices;

/// <summary>
/// Which elements of task vectors are kept at random, remembered from <see cref="MergeKernels.SumSampled"/> for
/// <see cref="MergeKernels.MergeSampled"/>, so that nothing is ranked and drawn twice. Belongs to the device that made it;
/// disposed by whoever asked for it.
/// </summary>
public abstract class SampledElements : IDisposable
{
    /// <summary>More than this is not remembered, but drawn again.</summary>
    public const long MaxByteCount = 64L << 20;

    // Rows are filled up to whole granules of the kernels.
    private const long RowUnit = 256;

    /// <summary>The bytes that it takes: a bit per element; 0 where it would be more than <see cref="MaxByteCount"/>.</summary>
    /// <param name="elementCount">Elements of a task vector.</param>
    /// <param name="rowLength">Elements of a row.</param>
    /// <param name="inputCount">Task vectors.</param>
    public static long ByteCountOf(long elementCount, long rowLength, int inputCount)
    {
        var paddedLength = (rowLength + RowUnit - 1) / RowUnit * RowUnit;
        var byteCount = elementCount == 0 ? 0 : elementCount / rowLength * (double)paddedLength * inputCount / 8;
        return byteCount > MaxByteCount ? 0 : (long)byteCount;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
