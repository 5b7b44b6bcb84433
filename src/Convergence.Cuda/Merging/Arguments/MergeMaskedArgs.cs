using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A merge by masks in memory.</summary>
/// <remarks>Laid out as <c>MergeMaskedArgs</c> of <c>merge_dare.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct MergeMaskedArgs
{
    public MergeTensors Tensors;
    public SparseJoin Join;
    public ChunkGrid Grid;
    public ulong Masks;
    public long MaskStride;
}
