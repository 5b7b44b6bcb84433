using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Selections of one call.</summary>
/// <remarks>Laid out as <c>SelectArgs</c> of <c>merge_select.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SelectArgs
{
    public MergeTensors Tensors;
    public ulong Selections;
    public ulong Histograms;
    public ulong TieCounts;
    public ulong Factors;
    public ulong Collected;
    public long RowLength;
    public long TileCount;
    public double Share;
    public int Kind;
    public int SelectionCount;
    public int PrefixBits;
    public int BucketBits;
}
