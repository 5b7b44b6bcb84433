using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where inner products are added up.</summary>
/// <remarks>Laid out as <c>SumProductsArgs</c> of <c>merge_sums.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SumProductsArgs
{
    public MergeTensors Tensors;
    public ulong Sums;
    public long SegmentLength;
    public long SegmentCount;
    public long SegmentStride;
    public long PairStride;
    public int PairCount;
    public int AreSquares;
}
