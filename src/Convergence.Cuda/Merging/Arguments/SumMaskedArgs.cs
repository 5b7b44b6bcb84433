using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where the L1 norms of masked task vectors are added up.</summary>
/// <remarks>Laid out as <c>SumMaskedArgs</c> of <c>merge_dare.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SumMaskedArgs
{
    public MergeTensors Tensors;
    public ChunkGrid Grid;
    public ulong Masks;
    public long MaskStride;
    public long SegmentLength;
    public long SegmentCount;
    public ulong Sums;
}
