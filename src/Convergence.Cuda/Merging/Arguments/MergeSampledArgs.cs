using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A merge of elements over their probabilities.</summary>
/// <remarks>Laid out as <c>MergeSampledArgs</c> of <c>merge_dare.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct MergeSampledArgs
{
    public MergeTensors Tensors;
    public SparseJoin Join;
    public RankedArgs Ranked;
}
