namespace Convergence.Tensors.Devices;

/// <summary>How a device is to compute.</summary>
public sealed record DeviceOptions
{
    /// <summary>
    /// Threads of a device that computes on the processors; <see langword="null"/> for one per processor. Others ignore it.
    /// </summary>
    public int? ThreadCount { get; init; }

    /// <summary>In what a GPU multiplies matrices. Default float32.</summary>
    public ProductPrecision Products { get; init; }
}
