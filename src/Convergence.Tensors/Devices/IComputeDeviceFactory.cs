namespace Convergence.Tensors.Devices;

/// <summary>Finds the device that a user asks for. Runs and merges know devices by this contract alone.</summary>
public interface IComputeDeviceFactory
{
    /// <summary>Looks for a device and tries out whether it can be used; nothing of it is held yet.</summary>
    /// <param name="request">Which.</param>
    /// <param name="work">What for.</param>
    /// <exception cref="DeviceException">It cannot be had: with what was looked for, and the cure.</exception>
    DeviceSelection Find(DeviceRequest request, DeviceWork work = DeviceWork.Models);

    /// <summary>What there is besides the CPU; none of it is tried out.</summary>
    DeviceListing List();
}
