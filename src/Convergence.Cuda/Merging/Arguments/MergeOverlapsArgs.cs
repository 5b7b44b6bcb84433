using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What RAM takes.</summary>
/// <remarks>Laid out as <c>MergeOverlapsArgs</c> of <c>merge_combine.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct MergeOverlapsArgs
{
    public MergeTensors Tensors;
    public InputArray<double> AloneFactors;
    public double Threshold;
}
