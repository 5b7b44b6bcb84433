using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where inner products of columns are added up.</summary>
/// <remarks>Laid out as <c>SumColumnProductsArgs</c> of <c>merge_sums.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SumColumnProductsArgs
{
    public MergeTensors Tensors;
    public ulong Sums;
    public long Columns;
    public long Rows;
    public long BandRows;
    public long BandCount;
    public int PairCount;
    public int Reserved;
}
