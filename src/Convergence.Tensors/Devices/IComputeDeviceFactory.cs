namespace Convergence.Tensors.Devices;

/// <summary>Finds the device that a user asks for. Runs and merges know devices by this contract alone.</summary>
public interface IComputeDeviceFactory
{
    /// <summary>Looks for a device; nothing of it is used yet.</summary>
    /// <exception cref="DeviceException">It cannot be had: with what was looked for, and the cure.</exception>
    DeviceSelection Find(DeviceRequest request);
}
