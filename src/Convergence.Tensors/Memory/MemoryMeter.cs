namespace Convergence.Tensors.Memory;

/// <summary>Counts the bytes that are allocated through one device, and their peak. Thread-safe.</summary>
public sealed class MemoryMeter
{
    private long _currentBytes;
    private long _peakBytes;

    public long CurrentBytes => Interlocked.Read(ref _currentBytes);

    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>Starts a new peak from what is allocated now.</summary>
    public void ResetPeak() => Interlocked.Exchange(ref _peakBytes, CurrentBytes);

    internal void Add(long byteCount)
    {
        var current = Interlocked.Add(ref _currentBytes, byteCount);
        var peak = PeakBytes;
        while (current > peak)
        {
            var seen = Interlocked.CompareExchange(ref _peakBytes, current, peak);
            if (seen == peak)
            {
                return;
            }

            peak = seen;
        }
    }

    internal void Remove(long byteCount) => Interlocked.Add(ref _currentBytes, -byteCount);
}
