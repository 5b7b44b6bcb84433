using Convergence.Cuda.Runtime;
using Convergence.Tensors;

namespace Convergence.Cuda.Residency;

/// <summary>
/// Weights of files that stay on the GPU, so that a search reads them from the disk once. What came first stays: a search reads all
/// tensors in turn, and a cache that made room for the last one would have dropped each before it is read again. Not thread-safe.
/// </summary>
internal sealed class ResidentTensors : IDisposable
{
    private readonly Dictionary<ResidentKey, ResidentTensor> _tensors = [];
    private long _budget;

    /// <summary>What may stay; 0 at first: nothing.</summary>
    public long Budget
    {
        get => _budget;
        set
        {
            _budget = value;
            while (ByteCount > _budget && ReleaseOne() > 0)
            {
            }
        }
    }

    /// <summary>What stays now, with what the allocator's size classes add.</summary>
    public long ByteCount { get; private set; }

    /// <summary>The tensor on the GPU: lent where it stays, else the caller's own. The caller disposes it in any case.</summary>
    public CudaTensor Import(CudaRuntime runtime, HostTensor source)
    {
        if (_budget == 0 || source.Place is not { } place)
        {
            return CudaTensor.From(runtime, source);
        }

        var key = new ResidentKey(place.File, place.ByteOffset, source.DType, source.ByteCount);
        if (_tensors.TryGetValue(key, out var resident))
        {
            return resident.Lend(source.Shape);
        }

        var uploaded = CudaTensor.From(runtime, source);

        // Uploading may have lowered the budget: it is looked at afterwards.
        var taken = SizeClasses.TakenBy(source.ByteCount);
        if (ByteCount + taken > _budget)
        {
            return uploaded;
        }

        resident = new ResidentTensor(uploaded);
        _tensors.Add(key, resident);
        ByteCount += taken;
        return resident.Lend(source.Shape);
    }

    /// <summary>Releases the largest tensor that nobody uses, and keeps no more than is left from now on.</summary>
    /// <returns>Its bytes; 0 when there was none.</returns>
    public long Reclaim()
    {
        var released = ReleaseOne();
        if (released > 0)
        {
            _budget = ByteCount;
        }

        return released;
    }

    public void Dispose()
    {
        foreach (var resident in _tensors.Values)
        {
            resident.Dispose();
        }

        _tensors.Clear();
        (ByteCount, _budget) = (0, 0);
    }

    private long ReleaseOne()
    {
        var free = _tensors.Where(pair => !pair.Value.IsLent).ToList();
        if (free.Count == 0)
        {
            return 0;
        }

        var (key, largest) = free.MaxBy(pair => pair.Key.ByteCount);
        _tensors.Remove(key);
        ByteCount -= SizeClasses.TakenBy(key.ByteCount);
        largest.Dispose();
        return key.ByteCount;
    }
}
