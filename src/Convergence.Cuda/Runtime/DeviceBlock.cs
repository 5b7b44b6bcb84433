namespace Convergence.Cuda.Runtime;

/// <summary>
/// Memory of a <see cref="DeviceMemory"/>; disposing it gives it back. What was queued before still finds it: whoever gets it next queues
/// behind.
/// </summary>
internal sealed class DeviceBlock : IDisposable
{
    private readonly DeviceMemory _memory;
    private int _isReturned;

    internal DeviceBlock(DeviceMemory memory, DeviceSegment segment, long byteCount)
    {
        _memory = memory;
        Segment = segment;
        ByteCount = byteCount;
    }

    ~DeviceBlock() => Return(isFinalizing: true);

    /// <summary>The first byte; 0 for an empty block.</summary>
    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    public ulong Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isReturned) != 0, this);
            return Segment.Address;
        }
    }

    /// <summary>Bytes asked for; the segment behind may be larger.</summary>
    public long ByteCount { get; }

    /// <summary>
    /// When whoever had the memory before is done with it; <see langword="null"/> when nobody had, or the block is too small to be told.
    /// </summary>
    public CudaEvent? Released => Segment.Released;

    internal DeviceSegment Segment { get; }

    public void Dispose()
    {
        Return(isFinalizing: false);
        GC.SuppressFinalize(this);
    }

    private void Return(bool isFinalizing)
    {
        if (Interlocked.Exchange(ref _isReturned, 1) == 0)
        {
            _memory.Return(this, isFinalizing);
        }
    }
}
