using System.Runtime.InteropServices;
using Convergence.Cuda.Interop;
using Convergence.Tensors;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// One GPU made ready: its context, memory, streams and kernels. Kernels are queued on <see cref="Compute"/>, and so done in the order
/// of the calls, but for work aside. Used by one thread at a time.
/// </summary>
internal sealed unsafe partial class CudaRuntime : IDisposable
{
    private const int StagingByteCount = 8 << 20;
    private const int StagingBufferCount = 4;
    private const int ReturnBufferCount = 4;

    private readonly CudaLane _lane;
    private readonly CudaEvent _uploaded;
    private readonly CudaEvent _computed;
    private readonly CudaEvent _arrived;
    private DownloadRing? _downloads;
    private CublasHandle? _cublas;

    public CudaRuntime(GpuInfo gpu, KernelCache cache)
    {
        Gpu = gpu;
        Context = new ContextHandle(gpu);
        var made = new Stack<IDisposable>([Context]);
        try
        {
            _lane = Made(new CudaLane(Context, HighPriority));
            Transfer = Made(new CudaStream(Context));
            Return = Made(new CudaStream(Context));
            _uploaded = Made(new CudaEvent(Context));
            _computed = Made(new CudaEvent(Context));
            _arrived = Made(new CudaEvent(Context));
        }
        catch
        {
            foreach (var thing in made)
            {
                thing.Dispose();
            }

            throw;
        }

        Memory = new DeviceMemory(Context, Compute);
        Kernels = new KernelLibrary(Context, gpu.Architecture, cache);
        Staging = new StagingRing(Context, Transfer, StagingByteCount, StagingBufferCount);

        T Made<T>(T thing) where T : IDisposable
        {
            made.Push(thing);
            return thing;
        }
    }

    /// <summary>Pinned host memory, at most.</summary>
    public static long PinnedByteCount =>
        ((long)StagingByteCount * (StagingBufferCount + ReturnBufferCount)) + CudaLane.PinnedByteCount;

    public GpuInfo Gpu { get; }

    public ContextHandle Context { get; }

    /// <summary>Where every kernel is queued, but for work aside.</summary>
    public CudaStream Compute => _lane.Stream;

    /// <summary>Where large uploads are queued, beside the kernels.</summary>
    public CudaStream Transfer { get; }

    /// <summary>Where large downloads are queued, beside kernels and uploads.</summary>
    public CudaStream Return { get; }

    public DeviceMemory Memory { get; }

    public KernelLibrary Kernels { get; }

    /// <summary>On <see cref="Transfer"/>.</summary>
    public StagingRing Staging { get; }

    /// <summary>cuBLAS on <see cref="Compute"/>, made when first asked for.</summary>
    /// <exception cref="CudaException">Its library is not there, or cannot be set up.</exception>
    public CublasHandle Cublas => _cublas ??= MakeCublas();

    /// <summary>
    /// Queues products of matrices. cuBLAS takes memory of its own from the driver: where that has none, what is kept goes back first.
    /// </summary>
    public void Multiply(in MatrixProduct product)
    {
        var isQueued = false;
        while (!isQueued)
        {
            try
            {
                Cublas.Multiply(product);
                isQueued = true;
            }
            catch (CudaException exception) when (exception.IsOutOfMemory && Memory.GiveBack())
            {
                // Once more, with what was given back.
            }
        }
    }

    /// <summary>
    /// Queues the first filling of a block that was just allocated. A large one goes beside the kernels: those queued before go on
    /// meanwhile, those queued after wait for it. The source may change as soon as this returns.
    /// </summary>
    /// <param name="block">As large as the source.</param>
    /// <param name="source">Read from its file where it is mapped.</param>
    public void Fill(DeviceBlock block, HostTensor source)
    {
        if (block.ByteCount < DeviceMemory.MarkedByteCount)
        {
            CurrentLane.Staging.Upload(source, block.Address);
            return;
        }

        if (block.Released is { } released)
        {
            Transfer.WaitFor(released);
        }

        try
        {
            Staging.Upload(source, block.Address);
        }
        finally
        {
            // Also of a copy that ended midway: whoever gets the block next is ordered against the current stream alone.
            Transfer.Record(_uploaded);
            Current.WaitFor(_uploaded);
        }
    }

    /// <summary>Queues an upload of a few values among the kernels; the span may change as soon as this returns.</summary>
    public void Upload<T>(ReadOnlySpan<T> values, ulong destination) where T : unmanaged
    {
        fixed (T* pointer = values)
        {
            CurrentLane.Staging.Upload((byte*)pointer, destination, (long)values.Length * sizeof(T));
        }
    }

    /// <summary>Memory on the GPU with a copy of some values, uploaded among the kernels.</summary>
    public DeviceBlock Upload<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        var block = Memory.Allocate((long)values.Length * sizeof(T));
        Upload(values, values.IsEmpty ? 0 : block.Address);
        return block;
    }

    /// <summary>
    /// Begins a download behind the kernels that are queued now, and beside those that come after; the last one must be over.
    /// </summary>
    public DownloadRing BeginDownload(ulong source, long byteCount)
    {
        _downloads ??= new DownloadRing(Context, Return, StagingByteCount, ReturnBufferCount);
        Current.Record(_computed);
        Return.WaitFor(_computed);
        _downloads.Begin(source, byteCount);
        return _downloads;
    }

    /// <summary>Waits for everything queued on the current stream, with work aside meanwhile, and copies values to the host.</summary>
    public void Download<T>(ulong source, Span<T> destination) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        var (stream, results) = (Current, CurrentLane.Results);
        for (var done = 0; done < bytes.Length;)
        {
            var part = bytes.Slice(done, Math.Min(results.ByteCount, bytes.Length - done));
            stream.Download(source + (ulong)done, results.Pointer, part.Length);
            StepAsideUntilDone(stream);
            stream.Synchronize();
            results.Bytes[..part.Length].CopyTo(part);
            done += part.Length;
        }
    }

    /// <summary>Waits for everything queued.</summary>
    public void Synchronize()
    {
        Transfer.Synchronize();
        Compute.Synchronize();
        _aside?.Stream.Synchronize();
        Return.Synchronize();
    }

    public void Dispose()
    {
        // Queued copies read the staging buffers: they end before those go. After a fault there is nothing to wait for.
        if (Context.TryMakeCurrent())
        {
            _ = CudaDriver.StreamSynchronize(Transfer.Value);
            _ = CudaDriver.StreamSynchronize(Compute.Value);
            _ = _aside is null ? 0 : CudaDriver.StreamSynchronize(_aside.Stream.Value);
            _ = CudaDriver.StreamSynchronize(Return.Value);
        }

        _downloads?.Dispose();
        _cublas?.Dispose();
        Staging.Dispose();
        Kernels.Dispose();
        Memory.Dispose();
        _uploaded.Dispose();
        _computed.Dispose();
        _arrived.Dispose();
        Return.Dispose();
        Transfer.Dispose();
        _aside?.Dispose();
        _lane.Dispose();
        Context.Dispose();
    }

    private CublasHandle MakeCublas()
    {
        CudaException.ThrowIfFailed(CudaDriver.DriverGetVersion(out var driverVersion));
        CudaLibraries.LoadCublas(driverVersion / 1000);
        return new CublasHandle(Context, Compute);
    }
}
