using System.Text.Json.Nodes;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// The device of a run that goes on: of the kind that scored before. Sums on a GPU differ from the CPU's in their last digits, and scores
/// of both would be compared in one search. Which GPU is free to change.
/// </summary>
internal static class ResumedDevice
{
    /// <summary>The device of a run.</summary>
    /// <param name="devices">Finds it.</param>
    /// <param name="wanted">What the job asks for; auto stays with the checkpoint's kind.</param>
    /// <param name="resumed">Where the run goes on from; <see langword="null"/> for a fresh one.</param>
    /// <exception cref="ResumeException">The checkpoint is of the other kind of device.</exception>
    /// <exception cref="DeviceException">The device cannot be had.</exception>
    public static DeviceSelection Find(IComputeDeviceFactory devices, DeviceRequest wanted, (string Path, Checkpoint Checkpoint)? resumed)
    {
        if (resumed is not { } found)
        {
            return devices.Find(wanted);
        }

        var (path, kind) = (found.Path, KindOf(found.Checkpoint.Job));
        if (wanted.Kind == kind)
        {
            return devices.Find(wanted);
        }

        if (wanted.Kind != DeviceKind.Auto)
        {
            throw new ResumeException(
                $"{path}: was written by a run on {Words(kind)}, and 'device' is {wanted} now. {Why} "
                + $"Go on with device: {new DeviceRequest(kind)}, or start a fresh run with another 'checkpoints'.");
        }

        try
        {
            return devices.Find(new DeviceRequest(kind));
        }
        catch (DeviceException exception) when (kind == DeviceKind.Cuda)
        {
            throw new ResumeException(
                $"{path}: was written by a run on {Words(kind)}, and here is none that can be used: {exception.Message} {Why} "
                + "Go on where there is a GPU, or start a fresh run on the CPU with another 'checkpoints'.",
                exception);
        }
    }

    private static string Why =>
        "Sums on a GPU differ from the CPU's in their last digits, so that scores of both cannot be compared in one search.";

    // Runs on the CPU write what was asked for, which may be auto; runs on a GPU write cuda.
    private static DeviceKind KindOf(JobIdentity job) =>
        job.Configuration["device"] is JsonValue value && value.TryGetValue<string>(out var text)
        && DeviceRequest.Parse(text)?.Kind == DeviceKind.Cuda
            ? DeviceKind.Cuda
            : DeviceKind.Cpu;

    private static string Words(DeviceKind kind) => kind == DeviceKind.Cuda ? "a GPU" : "the CPU";
}
