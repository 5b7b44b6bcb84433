namespace Convergence.Tensors.Devices;

/// <summary>How a device is to compute.</summary>
public sealed record DeviceOptions
{
    /// <summary>
    /// Threads of a device that computes on the processors; <see langword="null"/> for one per processor. Others ignore it.
    /// </summary>
    public int? ThreadCount { get; init; }

    /// <summary>
    /// Whether a GPU may multiply matrices of 16-bit weights in 16 bits, summed in float32. Off by default: products of float32.
    /// The CPU always multiplies in float32.
    /// </summary>
    public bool MixedPrecision { get; init; }
}
