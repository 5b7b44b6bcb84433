namespace Convergence.Cuda.Runtime;

/// <summary>A queue of kernels with what brings small values to them and back. Used by one thread at a time.</summary>
internal sealed class CudaLane : IDisposable
{
    private const int SmallByteCount = 64 << 10;
    private const int SmallBufferCount = 8;
    private const int ResultByteCount = 8 << 20;

    private readonly ContextHandle _context;
    private PinnedBuffer? _results;

    /// <param name="context">Where.</param>
    /// <param name="priority">As a stream's.</param>
    public CudaLane(ContextHandle context, int priority)
    {
        _context = context;
        Stream = new CudaStream(context, priority);
        Staging = new StagingRing(context, Stream, SmallByteCount, SmallBufferCount);
    }

    /// <summary>Pinned host memory, at most.</summary>
    public static long PinnedByteCount => ResultByteCount + (SmallByteCount * SmallBufferCount);

    public CudaStream Stream { get; }

    /// <summary>For a few values, uploaded among the kernels.</summary>
    public StagingRing Staging { get; }

    /// <summary>Where values arrive that the host waits for.</summary>
    public PinnedBuffer Results => _results ??= new PinnedBuffer(_context, ResultByteCount);

    /// <summary>Nothing that is queued reads or writes its buffers any more.</summary>
    public void Dispose()
    {
        _results?.Dispose();
        Staging.Dispose();
        Stream.Dispose();
    }
}
