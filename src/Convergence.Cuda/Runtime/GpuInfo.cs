using System.Globalization;
using System.Text;
using Convergence.Cuda.Interop;
using Convergence.Foundation.Text;

namespace Convergence.Cuda.Runtime;

/// <summary>What the driver says of a GPU, without using it.</summary>
/// <param name="Index">As configuration counts it: <c>cuda:0</c> is the first that CUDA_VISIBLE_DEVICES leaves.</param>
/// <param name="Handle">The driver's.</param>
/// <param name="Name">For example <c>NVIDIA H100</c>.</param>
/// <param name="MemoryByteCount">All of its memory.</param>
/// <param name="Architecture">Compute capability, 10 * major + minor: 90 is sm_90.</param>
/// <param name="MultiprocessorCount">Streaming multiprocessors.</param>
/// <param name="Mode">Who may use it.</param>
internal sealed record GpuInfo(
    int Index,
    int Handle,
    string Name,
    long MemoryByteCount,
    int Architecture,
    int MultiprocessorCount,
    ComputeMode Mode)
{
    /// <summary>The GPUs that the driver shows. The driver is initialised.</summary>
    public static IReadOnlyList<GpuInfo> All()
    {
        CudaException.ThrowIfFailed(CudaDriver.DeviceGetCount(out var count));
        return [.. Enumerable.Range(0, count).Select(Of)];
    }

    /// <summary>For example <c>cuda:0, NVIDIA H100, sm_90, 84.9 GB</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}, {Name}, sm_{Architecture}, {ByteSize.Format(MemoryByteCount)}");

    private static GpuInfo Of(int index)
    {
        CudaException.ThrowIfFailed(CudaDriver.DeviceGet(out var device, index));
        CudaException.ThrowIfFailed(CudaDriver.DeviceTotalMem(out var byteCount, device));
        return new GpuInfo(
            index,
            device,
            NameOf(device),
            (long)byteCount,
            (10 * Attribute(DeviceAttribute.ComputeCapabilityMajor)) + Attribute(DeviceAttribute.ComputeCapabilityMinor),
            Attribute(DeviceAttribute.MultiprocessorCount),
            (ComputeMode)Attribute(DeviceAttribute.ComputeMode));

        int Attribute(DeviceAttribute attribute)
        {
            CudaException.ThrowIfFailed(CudaDriver.DeviceGetAttribute(out var value, attribute, device));
            return value;
        }
    }

    private static unsafe string NameOf(int device)
    {
        const int Capacity = 256;
        var text = stackalloc byte[Capacity];
        CudaException.ThrowIfFailed(CudaDriver.DeviceGetName(text, Capacity, device));
        var bytes = new ReadOnlySpan<byte>(text, Capacity);
        return Encoding.UTF8.GetString(bytes[..Math.Max(0, bytes.IndexOf((byte)0))]);
    }
}
