using System.Globalization;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;

namespace Convergence.Cuda;

/// <summary>
/// Tries GPUs out before one is chosen: whether a context can be made, and kernels compiled and loaded, shows only when it is done.
/// </summary>
internal static class GpuProbe
{
    // Needed by whatever is done afterwards: what is compiled here is found on the disk then.
    private const string Module = "merge_combine";

    /// <summary>Why a GPU cannot be used, in a sentence; <see langword="null"/> when it can.</summary>
    /// <param name="gpu">The driver, and NVRTC, are loaded.</param>
    /// <param name="freeByteCount">What of its memory is free.</param>
    public static string? Problem(GpuInfo gpu, out long freeByteCount)
    {
        freeByteCount = 0;
        if (gpu.Mode == ComputeMode.Prohibited)
        {
            return $"{gpu} is closed to programs (compute mode Prohibited; nvidia-smi -c 0 opens it).";
        }

        try
        {
            using var context = new ContextHandle(gpu);
            context.MakeCurrent();
            CudaException.ThrowIfFailed(CudaDriver.MemGetInfo(out var free, out _));
            freeByteCount = (long)free;
            using var kernels = new KernelLibrary(context, gpu.Architecture, KernelCache.OfUser());
            kernels.Load(KernelSource.Of(Module)).Dispose();
            return null;
        }
        catch (CudaException exception) when (IsTaken(gpu, exception))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{gpu} is in use by another process that has it for itself ({exception.ErrorName}; nvidia-smi shows which).");
        }
        catch (CudaException exception)
        {
            return $"{gpu} cannot be used: {exception.Message}";
        }
    }

    private static bool IsTaken(GpuInfo gpu, CudaException exception) =>
        gpu.Mode == ComputeMode.ExclusiveProcess
        && exception.Failure?.Function == "cu" + nameof(CudaDriver.DevicePrimaryCtxRetain);
}
