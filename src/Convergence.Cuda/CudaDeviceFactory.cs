using System.Globalization;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Merging;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Transformer;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda;

/// <summary>
/// Finds GPUs, and the CPU where none is asked for or can be used. CUDA's libraries are looked for when a GPU may be wanted, never before.
/// </summary>
public sealed class CudaDeviceFactory : IComputeDeviceFactory
{
    /// <summary>What of the driver API is called came with CUDA 11.2: 1000 * major + 10 * minor.</summary>
    private const int LeastDriverVersion = 11020;

    /// <inheritdoc/>
    /// <exception cref="CudaException">A GPU is asked for and cannot be had.</exception>
    public DeviceSelection Find(DeviceRequest request)
    {
        switch (request.Kind)
        {
            case DeviceKind.Cpu:
                return CpuDeviceFactory.Selection(note: null);
            case DeviceKind.Cuda:
                return FindGpu(request.Index);
            default:
                // Where nobody installed a driver there was nothing to choose from, and nothing to say.
                if (!CudaLibraries.HasDriver)
                {
                    return CpuDeviceFactory.Selection(note: null);
                }

                try
                {
                    var found = FindGpu(index: null);
                    return found with { Note = found.Note ?? $"device: auto chose {found.Device}." };
                }
                catch (CudaException exception)
                {
                    return CpuDeviceFactory.Selection($"device: auto chose the CPU. {exception.Message}");
                }
        }
    }

    private static DeviceSelection FindGpu(int? index)
    {
        var driverVersion = OpenDriver();
        var gpus = GpuInfo.All();
        var (gpu, note) = index is { } wanted ? (ByIndex(gpus, wanted), null) : FirstFree(gpus);
        CudaLibraries.LoadToolkit(driverVersion / 1000);
        RefuseNewerCompiler(driverVersion);
        return new DeviceSelection(
            new DeviceRequest(DeviceKind.Cuda, gpu.Index), note, IsProcessor: false, options => Create(gpu, options));
    }

    private static CudaDevice Create(GpuInfo gpu, DeviceOptions options)
    {
        var runtime = new CudaRuntime(gpu, KernelCache.OfUser());
        try
        {
            return new CudaDevice(
                runtime,
                new CudaMergeKernels(runtime),
                new CudaTransformerKernels(runtime, options.MixedPrecision ? ProductPrecision.Bf16 : ProductPrecision.F32));
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    private static int OpenDriver()
    {
        CudaLibraries.LoadDriver();
        CudaException.ThrowIfFailed(CudaDriver.DriverGetVersion(out var version));
        if (version < LeastDriverVersion)
        {
            throw new CudaException(
                $"NVIDIA's driver supports CUDA {Text(version)}; at least {Text(LeastDriverVersion)} is needed. "
                + "Update the driver, or use device: cpu.");
        }

        CudaException.ThrowIfFailed(CudaDriver.Init(flags: 0));
        return version;
    }

    private static GpuInfo ByIndex(IReadOnlyList<GpuInfo> gpus, int index)
    {
        if (index >= gpus.Count)
        {
            throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"device: cuda:{index} does not exist. There {(gpus.Count == 1 ? "is" : "are")} {string.Join("; ", gpus)}. "
                + $"Use one of these, or device: cpu."));
        }

        return Problem(gpus[index]) is { } problem
            ? throw new CudaException($"device: {problem} {(gpus.Count > 1 ? "Use another GPU, or" : "Wait for it, or use")} device: cpu.")
            : gpus[index];
    }

    private static (GpuInfo Gpu, string? Note) FirstFree(IReadOnlyList<GpuInfo> gpus)
    {
        var problems = new List<string>();
        foreach (var gpu in gpus)
        {
            if (Problem(gpu) is not { } problem)
            {
                return (gpu, problems.Count == 0 ? null : $"device: {string.Join(" ", problems)} {gpu} was chosen instead.");
            }

            problems.Add(problem);
        }

        throw new CudaException(
            $"device: no GPU can be used. {string.Join(" ", problems)} Free one (nvidia-smi shows who uses it), or use device: cpu.");
    }

    // Whether another process has a GPU for itself shows only when its context is asked for.
    private static string? Problem(GpuInfo gpu)
    {
        if (gpu.Mode == ComputeMode.Prohibited)
        {
            return $"{gpu} is closed to programs (compute mode Prohibited; nvidia-smi -c 0 opens it).";
        }

        if (gpu.Mode != ComputeMode.ExclusiveProcess)
        {
            return null;
        }

        try
        {
            new ContextHandle(gpu).Dispose();
            return null;
        }
        catch (CudaException exception)
        {
            return $"{gpu} is in use by another process that has it for itself ({exception.ErrorName}).";
        }
    }

    private static void RefuseNewerCompiler(int driverVersion)
    {
        var compiler = KernelCompiler.Version;
        if (compiler / 1000 > driverVersion / 1000)
        {
            throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"NVRTC {Text(compiler)} was found, but NVIDIA's driver supports CUDA {Text(driverVersion)} only. "
                + $"Update the driver, install NVRTC {driverVersion / 1000} and name its folder in {CudaLibraries.FolderVariable}, "
                + $"or use device: cpu."));
        }
    }

    private static string Text(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
}
