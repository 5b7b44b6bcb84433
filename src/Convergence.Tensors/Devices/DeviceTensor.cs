namespace Convergence.Tensors.Devices;

/// <summary>
/// A dense, row-major tensor in the memory of one device. On the CPU every tensor is a <see cref="HostTensor"/>.
/// Disposing an owning tensor returns its memory; disposing a view does nothing.
/// </summary>
public abstract class DeviceTensor : IDisposable
{
    protected DeviceTensor(DType dtype, TensorShape shape)
    {
        DType = dtype;
        Shape = shape;
    }

    public DType DType { get; }

    public TensorShape Shape { get; }

    public long ElementCount => Shape.ElementCount;

    public long ByteCount => checked(ElementCount * DType.ByteCount());

    /// <summary>A one-dimensional view of <paramref name="count"/> elements from <paramref name="start"/>; it owns nothing.</summary>
    public abstract DeviceTensor Slice(long start, long count);

    /// <summary>The same elements under another shape of equal element count; the view owns nothing.</summary>
    public abstract DeviceTensor Reshape(TensorShape shape);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
