using Convergence.Cuda;
using Convergence.Tensors.Devices;

namespace Convergence.Cli.Hosting;

/// <summary>What a command needs from its process.</summary>
/// <param name="Terminal">Where it reads and writes.</param>
/// <param name="Time">The clock.</param>
/// <param name="Cancellation">Cancelled when the user asks the process to stop, once <see cref="WatchCancellation"/> was called.</param>
internal sealed record CliContext(Terminal Terminal, TimeProvider Time, CancellationToken Cancellation)
{
    /// <summary>
    /// A command calls it when it begins work that watches <see cref="Cancellation"/>. Until then it only reads, and a signal ends the
    /// process at once: a file on a slow disk must not keep a user waiting.
    /// </summary>
    public Action WatchCancellation { get; init; } = () => { };

    /// <summary>Finds the devices that commands compute on.</summary>
    public IComputeDeviceFactory Devices { get; init; } = new CudaDeviceFactory();

    /// <summary>
    /// The device of a command's <c>--device</c>. Which it came to goes to the error stream, unless the CPU was asked for, and so does what
    /// there is to say of the choice, and the device's notes.
    /// </summary>
    /// <param name="request">Which.</param>
    /// <param name="options">How it computes; by default with a thread per processor, and products of float32.</param>
    /// <param name="work">What for.</param>
    /// <exception cref="DeviceException">It cannot be had.</exception>
    public ComputeDevice OpenDevice(DeviceRequest request, DeviceOptions? options = null, DeviceWork work = DeviceWork.Models)
    {
        var selection = Devices.Find(request, work);
        if (selection.Note is { } note)
        {
            Terminal.Error.WriteLine(note);
        }

        var device = selection.Create(options ?? new DeviceOptions());
        if (request.Kind != DeviceKind.Cpu)
        {
            Terminal.Error.WriteLine($"device {device.Description}");
        }

        device.Noted += text => Terminal.Error.WriteLine($"note: {text}");
        return device;
    }
}
