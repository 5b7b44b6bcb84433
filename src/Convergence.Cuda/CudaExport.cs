using Convergence.Cuda.Runtime;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda;

/// <summary>A tensor that is downloaded beside the kernels.</summary>
internal sealed class CudaExport(DownloadRing download, DType dtype) : TensorExport
{
    private const int LargestPart = 1 << 30;

    public override void Take(HostTensor destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.DType, dtype);
        for (long done = 0; done < destination.ByteCount;)
        {
            var part = destination.WritableBytes(done, LargestPart);
            download.Take(part);
            done += part.Length;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            download.End();
        }
    }
}
