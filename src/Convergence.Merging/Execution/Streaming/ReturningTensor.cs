using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>A merged tensor on its way from a device to the host; disposing it frees the device's memory.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="export">Its way.</param>
/// <param name="report">Told the bytes of every piece that has arrived.</param>
internal sealed class ReturningTensor(DeviceTensor tensor, TensorExport export, Action<long> report) : IDisposable
{
    public DType DType => tensor.DType;

    public long ElementCount => tensor.ElementCount;

    /// <summary>Waits for the next elements.</summary>
    public void Take(HostTensor window)
    {
        export.Take(window);
        report(window.ByteCount);
    }

    public void Dispose()
    {
        export.Dispose();
        tensor.Dispose();
    }
}
