using System.Globalization;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Merging;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Transformer;
using Convergence.Foundation.Text;
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

    // One with less of its memory free is taken only where no other has more.
    private const double EnoughFreeShare = 0.5;

    /// <inheritdoc/>
    /// <exception cref="CudaException">A GPU is asked for and cannot be had.</exception>
    public DeviceSelection Find(DeviceRequest request, DeviceWork work = DeviceWork.Models)
    {
        switch (request.Kind)
        {
            case DeviceKind.Cpu:
                return CpuDeviceFactory.Selection(note: null);
            case DeviceKind.Cuda:
                return FindGpu(request.Index, work);
            default:
                // Where nobody installed a driver there was nothing to choose from, and nothing to say.
                if (!CudaLibraries.HasDriver)
                {
                    return CpuDeviceFactory.Selection(note: null);
                }

                try
                {
                    var found = FindGpu(index: null, work);
                    return found with { Note = found.Note ?? $"device: auto chose {found.Device}." };
                }
                catch (CudaException exception)
                {
                    return CpuDeviceFactory.Selection($"device: auto chose the CPU. {exception.Message}");
                }
        }
    }

    /// <inheritdoc/>
    public DeviceListing List()
    {
        try
        {
            OpenDriver();
            return new DeviceListing([.. GpuInfo.All().Select(gpu => gpu.ToString())], Reason: null);
        }
        catch (CudaException exception)
        {
            return new DeviceListing([], exception.Message);
        }
    }

    private static DeviceSelection FindGpu(int? index, DeviceWork work)
    {
        var driverVersion = OpenDriver();
        var gpus = GpuInfo.All();
        RefuseMissing(gpus, index);
        var wantedGpus = index is null ? gpus : [gpus[index.Value]];
        CudaLibraries.LoadCompiler(driverVersion / 1000, [.. wantedGpus.Select(gpu => gpu.Architecture)]);
        RefuseNewerCompiler(driverVersion);
        if (work == DeviceWork.Models)
        {
            CudaLibraries.LoadCublas(driverVersion / 1000);
        }

        var (gpu, note) = index is { } wanted ? (ByIndex(gpus, wanted), null) : FirstFree(gpus);
        return new DeviceSelection(
            new DeviceRequest(DeviceKind.Cuda, gpu.Index), note, IsProcessor: false, options => Create(gpu, options, work));
    }

    private static CudaDevice Create(GpuInfo gpu, DeviceOptions options, DeviceWork work)
    {
        var runtime = new CudaRuntime(gpu, KernelCache.OfUser());
        try
        {
            if (work == DeviceWork.Models)
            {
                // What it takes of the GPU's memory is gone before anybody plans with the rest.
                _ = runtime.Cublas;
            }

            return new CudaDevice(
                runtime,
                new CudaMergeKernels(runtime),
                new CudaTransformerKernels(runtime, options.Products));
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

    private static void RefuseMissing(IReadOnlyList<GpuInfo> gpus, int? index)
    {
        if (index >= gpus.Count)
        {
            throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"device: cuda:{index} does not exist. There {(gpus.Count == 1 ? "is" : "are")} {string.Join("; ", gpus)}. "
                + $"Use one of these, or device: cpu."));
        }
    }

    private static GpuInfo ByIndex(IReadOnlyList<GpuInfo> gpus, int index) => GpuProbe.Problem(gpus[index], out _) is { } problem
        ? throw new CudaException($"device: {problem} {(gpus.Count > 1 ? "Use another GPU, or" : "Mend that, or use")} device: cpu.")
        : gpus[index];

    // The first that can be used and has room; where none has, the one with the most.
    private static (GpuInfo Gpu, string? Note) FirstFree(IReadOnlyList<GpuInfo> gpus)
    {
        var problems = new List<string>();
        (GpuInfo Gpu, long FreeByteCount)? roomiest = null;
        foreach (var gpu in gpus)
        {
            if (GpuProbe.Problem(gpu, out var freeByteCount) is { } problem)
            {
                problems.Add(problem);
                continue;
            }

            if (freeByteCount >= EnoughFreeShare * gpu.MemoryByteCount)
            {
                return Chosen(gpu);
            }

            problems.Add($"{gpu} has {ByteSize.Format(freeByteCount)} free only.");
            roomiest = roomiest is { } other && other.FreeByteCount >= freeByteCount ? roomiest : (gpu, freeByteCount);
        }

        return roomiest is { } most
            ? gpus.Count == 1 ? (most.Gpu, null) : Chosen(most.Gpu)
            : throw new CudaException($"device: no GPU can be used. {string.Join(" ", problems)} Mend that, or use device: cpu.");

        (GpuInfo, string?) Chosen(GpuInfo gpu) =>
            (gpu, problems.Count == 0 ? null : $"device: {string.Join(" ", problems)} {gpu} was chosen.");
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
