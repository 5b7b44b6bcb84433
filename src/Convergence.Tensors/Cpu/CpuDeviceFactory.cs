using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>The CPU alone: for programs that bring no other device.</summary>
public sealed class CpuDeviceFactory : IComputeDeviceFactory
{
    public DeviceSelection Find(DeviceRequest request, DeviceWork work = DeviceWork.Models) => request.Kind == DeviceKind.Cuda
        ? throw new DeviceException($"device: {request} is not part of this program, which computes on the CPU alone. Use cpu or auto.")
        : Selection(note: null);

    public DeviceListing List() => new([], "this program computes on the CPU alone.");

    /// <summary>The CPU.</summary>
    /// <param name="note">Why it was chosen, where that was left open.</param>
    public static DeviceSelection Selection(string? note) =>
        new(DeviceRequest.Cpu, note, IsProcessor: true, options => new CpuDevice(options.ThreadCount));
}
