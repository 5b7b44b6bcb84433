using Convergence.Cuda.Runtime;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Masks of whole tensors in the GPU's memory, a byte for every run of eight elements: see <c>masks.cuh</c>.</summary>
/// <param name="masks">The masks, which this owns.</param>
/// <param name="stride">Bytes from one input's mask to the next one's.</param>
/// <param name="firstChunk">The number in the whole tensor of the first chunk that they hold.</param>
internal sealed class CudaSampledElements(DeviceBlock masks, long stride, long firstChunk) : SampledElements
{
    /// <summary>Bytes from one input's mask to the next one's.</summary>
    public long Stride { get; } = stride;

    /// <summary>Where the first input's mask of a chunk is, by the chunk's number in the whole tensor.</summary>
    public ulong AddressOf(long chunk) => masks.Address + (ulong)((chunk - firstChunk) * ChunkGrids.MaskByteCount);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            masks.Dispose();
        }
    }
}
