using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where squares of weighted sums are added up.</summary>
/// <remarks>Laid out as <c>SumCombinedSquaresArgs</c> of <c>merge_sums.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SumCombinedSquaresArgs
{
    public MergeTensors Tensors;
    public InputArray<double> Weights;
    public ulong Sums;
}
