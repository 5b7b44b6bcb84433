using System.Globalization;
using Convergence.Cuda.Interop;
using Convergence.Foundation.Text;
using Convergence.Tensors.Memory;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// A GPU's memory. Blocks given back are kept for the next of their size; when the driver has no more, the kept ones go back to it, then
/// what others hold for speed alone (<see cref="Reclaim"/>), one step at a time, and only then does an allocation fail.
/// Work on its blocks is queued on the current stream, or ordered against it by events. What is given back while a stream is the current
/// one is kept for that stream, which no other need wait for.
/// </summary>
internal sealed class DeviceMemory(ContextHandle context, CudaStream stream) : IDisposable
{
    /// <summary>Blocks from this size on may be uploaded to beside the kernels (<see cref="DeviceBlock.Released"/>).</summary>
    public const long MarkedByteCount = 64 << 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<CudaStream, SegmentShelves> _kept = new() { [stream] = new SegmentShelves() };
    private readonly MemoryMeter _meter = new();
    private readonly SegmentShelves _abandoned = new();
    private CudaStream _current = stream;

    // All that were ever made: a block that a failure left behind must not keep the context alive by its mark.
    private readonly List<CudaEvent> _marks = [];
    private bool _isDisposed;

    /// <summary>Bytes that tensors hold, as they asked for them.</summary>
    public MemoryMeter Meter => _meter;

    /// <summary>Bytes that lie in kept blocks.</summary>
    public long KeptByteCount => _kept.Values.Sum(shelves => shelves.ByteCount) + _abandoned.ByteCount;

    /// <summary>Where work on blocks is queued that are taken from now on, and was on those that are given back.</summary>
    public CudaStream Current
    {
        get => _current;
        set
        {
            lock (_lock)
            {
                _kept.TryAdd(value, new SegmentShelves());
                _current = value;
            }
        }
    }

    /// <summary>
    /// Frees one thing that is held for speed alone and returns whether there was one;
    /// asked again and again while an allocation does not fit.
    /// </summary>
    public Func<bool>? Reclaim { get; set; }

    /// <summary>Bytes that the driver says are free and in all; kept blocks count as free.</summary>
    public (long FreeByteCount, long TotalByteCount) Available()
    {
        context.MakeCurrent();
        CudaException.ThrowIfFailed(CudaDriver.MemGetInfo(out var free, out var total));
        return ((long)free + KeptByteCount, (long)total);
    }

    /// <summary>Undefined memory, aligned to 256 bytes.</summary>
    /// <exception cref="CudaException">There is not enough (<see cref="CudaException.IsOutOfMemory"/>).</exception>
    public DeviceBlock Allocate(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var segment = byteCount == 0 ? default : Take(byteCount);
        _meter.Add(byteCount);
        return new DeviceBlock(this, segment, byteCount);
    }

    /// <summary>Gives something back to the driver that is held for speed alone.</summary>
    /// <returns>Whether there was any.</returns>
    public bool GiveBack() => Trim() > 0 || Reclaim?.Invoke() == true;

    /// <summary>Gives every kept block back to the driver.</summary>
    /// <returns>The bytes that were kept.</returns>
    public long Trim()
    {
        List<DeviceSegment> segments;
        lock (_lock)
        {
            segments = TakeAll();
        }

        if (segments.Count > 0)
        {
            foreach (var user in _kept.Keys)
            {
                user.Synchronize();
            }

            context.MakeCurrent();
            segments.ForEach(segment => CudaException.ThrowIfFailed(CudaDriver.MemFree(segment.Address)));
            lock (_lock)
            {
                foreach (var mark in segments.Select(segment => segment.Released).OfType<CudaEvent>())
                {
                    _marks.Remove(mark);
                    mark.Dispose();
                }
            }
        }

        return segments.Sum(segment => segment.ByteCount);
    }

    /// <summary>Gives everything back that was given back here; a context that a fault broke takes the rest with it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            if (context.TryMakeCurrent())
            {
                TakeAll().ForEach(segment => _ = CudaDriver.MemFree(segment.Address));
            }

            _marks.ForEach(mark => mark.Dispose());
            _marks.Clear();
        }
    }

    internal void Return(DeviceBlock block, bool isFinalizing)
    {
        _meter.Remove(block.ByteCount);
        var segment = block.Segment;
        if (segment.Address == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_isDisposed)
            {
                // The device went first: the block outlived it and goes straight back.
                _ = !context.IsClosed && context.TryMakeCurrent() ? CudaDriver.MemFree(segment.Address) : 0;
                return;
            }

            if (isFinalizing)
            {
                // Another stream may still write a block that nobody disposed: it is not reused. The next trim gives it back to the
                // driver, which frees nothing that queued work uses.
                _abandoned.Add(segment);
            }
            else
            {
                _kept[_current].Add(segment with { Released = Mark(segment) });
            }
        }
    }

    private DeviceSegment Take(long byteCount)
    {
        var size = SizeClasses.Of(byteCount);
        lock (_lock)
        {
            if (_kept[_current].TryTake(size, out var kept))
            {
                return kept.Value;
            }
        }

        context.MakeCurrent();
        var hasCollected = false;
        var status = CudaDriver.MemAlloc(out var address, (nuint)size);
        while (status == CudaErrors.OutOfMemory && (Trim() > 0 || TrimForgotten(ref hasCollected) > 0 || Reclaim?.Invoke() == true))
        {
            context.MakeCurrent();
            status = CudaDriver.MemAlloc(out address, (nuint)size);
        }

        if (status != 0)
        {
            throw Refused(status, byteCount);
        }

        return new DeviceSegment(address, size);
    }

    // A failure may leave blocks that nobody disposed, of a model that was half loaded for one: the collector finds them.
    private long TrimForgotten(ref bool hasCollected)
    {
        if (hasCollected)
        {
            return 0;
        }

        hasCollected = true;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Trim();
    }

    private CudaException Refused(int status, long byteCount)
    {
        var failure = CudaFailure.Of(status, nameof(CudaDriver.MemAlloc));
        return status != CudaErrors.OutOfMemory || CudaDriver.MemGetInfo(out var free, out var total) != 0
            ? CudaException.Of(failure)
            : CudaException.Of(failure, string.Create(
                CultureInfo.InvariantCulture,
                $"{ByteSize.Format(byteCount)} were asked for; this process holds {ByteSize.Format(_meter.CurrentBytes)} in tensors, "
                + $"{ByteSize.Format(free)} of the GPU's {ByteSize.Format(total)} are free."));
    }

    // An upload beside the kernels waits for this mark alone, and not for everything that is queued. On a broken context nothing is queued.
    private CudaEvent? Mark(DeviceSegment segment)
    {
        if (segment.ByteCount < MarkedByteCount || context.IsClosed)
        {
            return segment.Released;
        }

        try
        {
            var mark = segment.Released;
            if (mark is null)
            {
                mark = new CudaEvent(context);
                _marks.Add(mark);
            }

            _current.Record(mark);
            return mark;
        }
        catch (CudaException)
        {
            return segment.Released;
        }
    }

    private List<DeviceSegment> TakeAll() => [.. _kept.Values.SelectMany(shelves => shelves.TakeAll()), .. _abandoned.TakeAll()];
}
