using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Cuts of one call that are looked for among collected elements.</summary>
/// <remarks>Laid out as <c>CollectArgs</c> of <c>merge_collect.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CollectArgs
{
    public MergeTensors Tensors;
    public ulong Cuts;
    public ulong EndCounts;
    public ulong Keys;
    public ulong Histograms;
    public long Capacity;
    public long TileCount;
    public int CutCount;
    public int IndexBits;
}
