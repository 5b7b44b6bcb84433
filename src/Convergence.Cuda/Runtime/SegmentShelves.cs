using System.Diagnostics.CodeAnalysis;

namespace Convergence.Cuda.Runtime;

/// <summary>Memory that was given back, by size. Not thread-safe.</summary>
internal sealed class SegmentShelves
{
    private readonly Dictionary<long, Stack<DeviceSegment>> _bySize = [];

    /// <summary>Bytes of all of it.</summary>
    public long ByteCount { get; private set; }

    public void Add(DeviceSegment segment)
    {
        if (!_bySize.TryGetValue(segment.ByteCount, out var shelf))
        {
            shelf = new Stack<DeviceSegment>();
            _bySize.Add(segment.ByteCount, shelf);
        }

        shelf.Push(segment);
        ByteCount += segment.ByteCount;
    }

    /// <summary>Takes the segment of a size that came last.</summary>
    public bool TryTake(long byteCount, [NotNullWhen(true)] out DeviceSegment? segment)
    {
        segment = _bySize.TryGetValue(byteCount, out var shelf) && shelf.TryPop(out var found) ? found : null;
        ByteCount -= segment?.ByteCount ?? 0;
        return segment is not null;
    }

    public List<DeviceSegment> TakeAll()
    {
        var all = _bySize.Values.SelectMany(shelf => shelf).ToList();
        _bySize.Clear();
        ByteCount = 0;
        return all;
    }
}
