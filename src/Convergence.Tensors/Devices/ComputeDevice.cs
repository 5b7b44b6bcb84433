namespace Convergence.Tensors.Devices;

/// <summary>
/// Where merging and scoring run. One contract for all devices; the CPU device is the specification that others are
/// tested against. A device is used by one caller at a time; separate devices may work in parallel.
/// </summary>
public abstract class ComputeDevice : IDisposable
{
    private Func<bool>? _aside;

    /// <summary>The name that configuration uses: <c>cpu</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for logs, for example <c>CPU, 2 threads, Vector512</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Threads of this process that it computes with, its caller's included.</summary>
    public abstract int ThreadCount { get; }

    /// <summary>Whether its tensors lie in this process's own memory, where several threads may read and fill them.</summary>
    public abstract bool UsesHostMemory { get; }

    /// <summary>Bytes of this process's memory through which tensors come and go; 0 for a device that copies nothing.</summary>
    public virtual long StagingByteCount => 0;

    /// <summary>The merge operators.</summary>
    public abstract MergeKernels Merging { get; }

    /// <summary>The operators of a transformer's forward pass.</summary>
    public abstract TransformerKernels Transformer { get; }

    /// <summary>Bytes that tensors and packed matrices of this device hold now.</summary>
    public abstract long AllocatedBytes { get; }

    /// <summary>The highest <see cref="AllocatedBytes"/> since <see cref="ResetPeak"/>.</summary>
    public abstract long PeakAllocatedBytes { get; }

    /// <summary>Starts a new peak from what is allocated now.</summary>
    public abstract void ResetPeak();

    /// <summary>What its allocator takes for a tensor of so many bytes.</summary>
    public virtual long AllocationByteCount(long byteCount) => byteCount;

    /// <summary>Allocates a tensor on this device; its content is undefined.</summary>
    public abstract DeviceTensor Allocate(DType dtype, TensorShape shape);

    /// <summary>
    /// Makes a host tensor usable by this device's kernels: the tensor itself on the CPU, a copy elsewhere.
    /// </summary>
    public abstract DeviceTensor Import(HostTensor tensor);

    /// <summary>
    /// A device of the same kind that computes on its caller's thread alone,
    /// for callers that share work out among threads of their own. The caller disposes it.
    /// </summary>
    public abstract ComputeDevice ForOneThread();

    /// <summary>Copies float elements to the host, widened or rounded to float.</summary>
    public abstract void Read(DeviceTensor source, Span<float> destination);

    /// <summary>Copies floats to the device, rounded to the destination's type (to nearest, ties to even).</summary>
    public abstract void Write(ReadOnlySpan<float> source, DeviceTensor destination);

    /// <summary>A tensor of this device in host memory: the tensor itself on the CPU, a copy elsewhere.</summary>
    public abstract HostTensor Export(DeviceTensor tensor);

    /// <summary>
    /// Begins to bring a tensor to the host, behind the work that it is made by and beside what is asked for afterwards. One at a time.
    /// </summary>
    /// <param name="tensor">Neither changed nor disposed before the export is.</param>
    public virtual TensorExport BeginExport(DeviceTensor tensor) => new WholeExport(Export(tensor), isOwned: !UsesHostMemory);

    /// <summary>
    /// Shares the device's free memory out for a search, and keeps imported weights of files from then on as the plan says.
    /// </summary>
    /// <returns><see langword="null"/> for a device that works in the process's own memory: it has nothing to share out.</returns>
    public virtual DeviceMemoryPlan? PlanMemory(DeviceMemoryNeeds needs) => null;

    /// <summary>
    /// Begins work that is done beside what the device is asked for until <see cref="FinishAside"/>: by a device that keeps its caller
    /// waiting for results, meanwhile; by others at the end. Until then nobody else may touch what the work reads and writes.
    /// </summary>
    /// <param name="part">Does the next part and returns whether there is more; called on the thread that uses the device.</param>
    public virtual void BeginAside(Func<bool> part) => _aside = part;

    /// <summary>Ends work aside. What is asked for from here on finds its results; what it threw is thrown here.</summary>
    public virtual void FinishAside()
    {
        var part = _aside;
        _aside = null;
        while (part?.Invoke() == true)
        {
        }
    }

    /// <summary>Gives work aside up, wherever it is.</summary>
    public virtual void DropAside() => _aside = null;

    /// <summary>Told in a sentence when the device had to do with less than planned. Called on the thread that uses it.</summary>
    public event Action<string>? Noted;

    /// <summary>
    /// Asked when an allocation does not fit: who holds memory of the device for speed alone gives it back and returns whether there was
    /// any. Called on the thread that uses the device, in the midst of what it is asked for.
    /// </summary>
    public event Func<bool>? MemoryShort;

    /// <summary>
    /// How long the device works on what <paramref name="work"/> asks of it, everything it still had to do before that left out.
    /// </summary>
    public abstract TimeSpan Time(Action work);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Raises <see cref="Noted"/>: who works on the device had to do with less, too.</summary>
    public void Note(string text) => Noted?.Invoke(text);

    /// <summary>Raises <see cref="MemoryShort"/> until somebody gave something back.</summary>
    /// <returns>Whether anybody did.</returns>
    protected bool AskForMemory() => MemoryShort?.GetInvocationList().Any(holder => ((Func<bool>)holder)()) == true;

    protected abstract void Dispose(bool disposing);
}
