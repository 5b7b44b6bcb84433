namespace Convergence.Merging;

/// <summary>What a merge to files will do and need, known before it starts.</summary>
public sealed record MergeForecast
{
    public required int TensorCount { get; init; }

    /// <summary>
    /// Output windows that are filled one after another, of <see cref="WindowByteCount"/> at most; small tensors share one.
    /// </summary>
    public required long RunCount { get; init; }

    public required int WindowByteCount { get; init; }

    /// <summary>Weight files.</summary>
    public required int ShardCount { get; init; }

    /// <summary>Bytes of the inputs, each counted once.</summary>
    public required long InputByteCount { get; init; }

    /// <summary>Bytes of the output's tensors.</summary>
    public required long OutputByteCount { get; init; }

    /// <summary>The most memory it will use, besides the parents' mapped files.</summary>
    public required long PeakMemoryByteCount { get; init; }

    /// <summary>What it could be held to (<see cref="StreamedMergeOptions.MemoryByteCount"/>).</summary>
    public required long MinimumMemoryByteCount { get; init; }

    /// <summary>
    /// The most memory of the device that tensors will take, besides what the operators work with and weights that are read
    /// several times and stay there meanwhile; <see langword="null"/> for a device without memory of its own.
    /// </summary>
    public long? DeviceByteCount { get; init; }

    /// <summary>
    /// How long it will take, the command's start included, with the parents in the page cache: within a factor of two on an idle machine.
    /// Parents that must come from a disk first take what the disk takes.
    /// </summary>
    public required TimeSpan PredictedTime { get; init; }
}
