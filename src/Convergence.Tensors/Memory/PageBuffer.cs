namespace Convergence.Tensors.Memory;

/// <summary>
/// A block of host memory that begins at a page, so that files can be written from it directly.
/// Not thread-safe; its content is undefined at first.
/// </summary>
public sealed unsafe class PageBuffer : IDisposable
{
    private const int PageByteCount = 4096;

    private readonly NativeBlock _block;
    private readonly byte* _start;

    /// <param name="byteCount">Usable bytes.</param>
    /// <param name="meter">Counts the bytes, or <see langword="null"/>.</param>
    public PageBuffer(int byteCount, MemoryMeter? meter = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(byteCount);
        _block = new NativeBlock(byteCount + (long)PageByteCount, meter);
        _start = (byte*)(((nint)_block.Pointer + PageByteCount - 1) / PageByteCount * PageByteCount);
        ByteCount = byteCount;
    }

    public int ByteCount { get; }

    /// <summary>The bytes; valid until this is disposed.</summary>
    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_block.IsClosed, this);
            return new Span<byte>(_start, ByteCount);
        }
    }

    /// <summary>A tensor over a part of the bytes; it owns nothing.</summary>
    /// <param name="dtype">Element type.</param>
    /// <param name="shape">Extents; the tensor must fit.</param>
    /// <param name="byteOffset">Where it begins.</param>
    public HostTensor View(DType dtype, TensorShape shape, int byteOffset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            checked(byteOffset + (shape.ElementCount * dtype.ByteCount())), ByteCount, nameof(shape));
        return HostTensor.View(dtype, shape, _start + byteOffset, _block);
    }

    public void Dispose() => _block.Dispose();
}
