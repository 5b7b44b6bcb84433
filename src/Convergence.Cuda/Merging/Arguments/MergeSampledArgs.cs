using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A merge of elements over their probabilities. Laid out as <c>MergeSampledArgs</c> of <c>merge_dare.cu</c>, which says more.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MergeSampledArgs
{
    public MergeTensors Tensors;
    public SparseJoin Join;
    public RankedArgs Ranked;
}
