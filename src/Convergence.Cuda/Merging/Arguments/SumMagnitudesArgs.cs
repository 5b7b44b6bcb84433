using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where L1 norms are added up.</summary>
/// <remarks>Laid out as <c>SumMagnitudesArgs</c> of <c>merge_ties.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SumMagnitudesArgs
{
    public MergeTensors Tensors;
    public InputArray<Cut> Outer;
    public InputArray<Cut> Inner;
    public ulong Sums;
}
