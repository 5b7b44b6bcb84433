using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Weights for whole tensors.</summary>
/// <remarks>Laid out as <c>CombineArgs</c> of <c>merge_combine.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CombineArgs
{
    public MergeTensors Tensors;
    public InputArray<double> Weights;
}
