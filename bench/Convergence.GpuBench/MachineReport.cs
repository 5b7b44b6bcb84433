using System.Globalization;
using System.Runtime.InteropServices;
using Convergence.Cuda;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;

namespace Convergence.GpuBench;

/// <summary>What a figure of speed is worth nothing without: the GPU, its driver, CUDA's versions and the date.</summary>
internal static class MachineReport
{
    private const string DriverFile = "/proc/driver/nvidia/version";

    public static void Print(CudaDevice device, TimeProvider clock, TextWriter output)
    {
        CudaException.ThrowIfFailed(CudaDriver.DriverGetVersion(out var driverVersion));
        CudaException.ThrowIfFailed(Cublas.GetVersion(device.Runtime.Cublas.Value, out var cublasVersion));
        output.WriteLine($"GPU: {device.Description}, {device.Runtime.Gpu.MultiprocessorCount} multiprocessors");
        output.WriteLine($"Driver: {KernelModuleVersion()}, for CUDA {Text(driverVersion)}");
        output.WriteLine($"NVRTC {Text(KernelCompiler.Version)}, cuBLAS {CublasText(cublasVersion)}");
        output.WriteLine(
            $"{Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        output.WriteLine($"Date: {clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
    }

    // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  ...": what nvidia-smi calls the driver's version.
    private static string KernelModuleVersion()
    {
        try
        {
            return File.Exists(DriverFile)
                ? string.Join(' ', File.ReadLines(DriverFile).First().Split(' ', StringSplitOptions.RemoveEmptyEntries))
                : "version not told by the system";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return "version not readable";
        }
    }

    // 1000 * major + 10 * minor.
    private static string Text(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    // 120205 is 12.2.5. Early versions of cuBLAS 11 counted otherwise and are told as they are.
    private static string CublasText(int version) => version >= 100_000
        ? string.Create(CultureInfo.InvariantCulture, $"{version / 10_000}.{version / 100 % 100}.{version % 100}")
        : version.ToString(CultureInfo.InvariantCulture);
}
