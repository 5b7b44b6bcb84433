using Convergence.Cuda.Runtime;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Looks whose findings lie side by side in the GPU's memory until they are read.</summary>
/// <param name="launcher">Over the GPU.</param>
/// <param name="findings">Zeros, as many as there may be looks; this owns them.</param>
/// <param name="look">Queues a kernel that leaves what it finds in a tensor at an address.</param>
internal sealed class CudaLooks(MergeLauncher launcher, DeviceBlock findings, Action<DeviceTensor, string, ulong> look) : TensorLooks
{
    private readonly List<bool> _areCounts = [];

    public override void AddLargestMagnitude(DeviceTensor tensor) => Add(tensor, CudaMergeKernels.FindLargest, isCount: false);

    public override void AddNonFiniteCount(DeviceTensor tensor) => Add(tensor, CudaMergeKernels.CountNonFiniteElements, isCount: true);

    public override double[] Read() =>
    [
        .. launcher.Read<long>(findings, _areCounts.Count)
            .Zip(_areCounts, (bits, isCount) => isCount ? bits : BitConverter.Int64BitsToDouble(bits)),
    ];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            findings.Dispose();
        }
    }

    private void Add(DeviceTensor tensor, string kernel, bool isCount)
    {
        var place = _areCounts.Count * sizeof(long);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, findings.ByteCount, nameof(tensor));
        look(tensor, kernel, findings.Address + (ulong)place);
        _areCounts.Add(isCount);
    }
}
