namespace Convergence.Tensors.Devices;

/// <summary>The device that a request came to.</summary>
/// <param name="Device">Which: never <see cref="DeviceKind.Auto"/>.</param>
/// <param name="Note">Why, in a sentence, where the request left it open; else <see langword="null"/>.</param>
/// <param name="IsProcessor">Whether it computes on the processors, so that several share them; of others there is one.</param>
/// <param name="Create">Makes the device. The caller disposes it.</param>
public sealed record DeviceSelection(DeviceRequest Device, string? Note, bool IsProcessor, Func<DeviceOptions, ComputeDevice> Create);
