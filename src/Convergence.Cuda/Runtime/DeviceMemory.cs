using System.Globalization;
using Convergence.Cuda.Interop;
using Convergence.Foundation.Text;
using Convergence.Tensors.Memory;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// A GPU's memory. Blocks given back are kept for the next of their size; when the driver has no more, the kept ones go back to it, then
/// what others hold for speed alone (<see cref="Reclaim"/>), one step at a time, and only then does an allocation fail.
/// All work on its blocks is queued on one stream, or ordered against it by events.
/// </summary>
internal sealed class DeviceMemory(ContextHandle context, CudaStream stream) : IDisposable
{
    /// <summary>Blocks from this size on may be uploaded to beside the kernels (<see cref="DeviceBlock.Released"/>).</summary>
    public const long MarkedByteCount = 64 << 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<DeviceSegment>> _kept = [];
    private readonly MemoryMeter _meter = new();
    private readonly Queue<DeviceSegment> _abandoned = new();
    private bool _isDisposed;

    /// <summary>Bytes that tensors hold, as they asked for them.</summary>
    public MemoryMeter Meter => _meter;

    /// <summary>Bytes that lie in kept blocks.</summary>
    public long KeptByteCount { get; private set; }

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

    /// <summary>Gives every kept block back to the driver.</summary>
    /// <returns>The bytes that were kept.</returns>
    public long Trim()
    {
        List<DeviceSegment> segments;
        lock (_lock)
        {
            segments = [.. _kept.Values.SelectMany(stack => stack), .. _abandoned];
            _kept.Clear();
            _abandoned.Clear();
            KeptByteCount = 0;
        }

        if (segments.Count > 0)
        {
            stream.Synchronize();
            context.MakeCurrent();
            segments.ForEach(segment => CudaException.ThrowIfFailed(CudaDriver.MemFree(segment.Address)));
            segments.ForEach(segment => segment.Released?.Dispose());
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
                foreach (var segment in _kept.Values.SelectMany(stack => stack).Concat(_abandoned))
                {
                    _ = CudaDriver.MemFree(segment.Address);
                    segment.Released?.Dispose();
                }
            }

            _kept.Clear();
            _abandoned.Clear();
            KeptByteCount = 0;
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
                // Another stream may still write a block that nobody disposed; it is reused only after a trim has waited for all.
                _abandoned.Enqueue(segment);
            }
            else
            {
                Shelf(segment.ByteCount).Push(segment with { Released = Mark(segment) });
            }

            KeptByteCount += segment.ByteCount;
        }
    }

    private DeviceSegment Take(long byteCount)
    {
        var size = SizeClasses.Of(byteCount);
        lock (_lock)
        {
            if (_kept.TryGetValue(size, out var shelf) && shelf.TryPop(out var kept))
            {
                KeptByteCount -= size;
                return kept;
            }
        }

        context.MakeCurrent();
        var status = CudaDriver.MemAlloc(out var address, (nuint)size);
        while (status == CudaErrors.OutOfMemory && (Trim() > 0 || Reclaim?.Invoke() == true))
        {
            context.MakeCurrent();
            status = CudaDriver.MemAlloc(out address, (nuint)size);
        }

        if (status != 0)
        {
            throw Refused(status, size);
        }

        return new DeviceSegment(address, size);
    }

    private CudaException Refused(int status, long size)
    {
        var failure = CudaFailure.Of(status, $"{nameof(CudaDriver)}.{nameof(CudaDriver.MemAlloc)}");
        return status != CudaErrors.OutOfMemory || CudaDriver.MemGetInfo(out var free, out var total) != 0
            ? CudaException.Of(failure)
            : CudaException.Of(failure, string.Create(
                CultureInfo.InvariantCulture,
                $"{ByteSize.Format(size)} were asked for; this process holds {ByteSize.Format(_meter.CurrentBytes)} in tensors, "
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
            var mark = segment.Released ?? new CudaEvent(context);
            stream.Record(mark);
            return mark;
        }
        catch (CudaException)
        {
            return segment.Released;
        }
    }

    private Stack<DeviceSegment> Shelf(long size)
    {
        if (!_kept.TryGetValue(size, out var shelf))
        {
            shelf = new Stack<DeviceSegment>();
            _kept.Add(size, shelf);
        }

        return shelf;
    }
}
