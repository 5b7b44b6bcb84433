using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench.Rows;

/// <summary>What the GPU's memory can do: the driver's copy of one large block to another.</summary>
internal static class CopyLimit
{
    /// <summary>Bytes per second, those read and those written counted.</summary>
    public static double Measure(ComputeDevice device, BenchSizes sizes)
    {
        var shape = new TensorShape(sizes.CopyByteCount);
        using var source = device.Allocate(DType.U8, shape);
        using var target = device.Allocate(DType.U8, shape);
        return 2.0 * sizes.CopyByteCount / GpuTime.Median(device, sizes.RepeatCount, () => device.Merging.Copy(source, target));
    }
}
