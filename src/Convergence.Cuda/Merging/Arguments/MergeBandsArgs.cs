using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What a merge of bands takes.</summary>
/// <remarks>Laid out as <c>MergeBandsArgs</c> of <c>merge_ties.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct MergeBandsArgs
{
    public MergeTensors Tensors;
    public SparseJoin Join;
    public InputArray<Cut> Outer;
    public InputArray<Cut> Inner;
}
