using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What NearSwap takes.</summary>
/// <remarks>Laid out as <c>AddClampedArgs</c> of <c>merge_combine.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct AddClampedArgs
{
    public MergeTensors Tensors;
    public double Limit;
    public double Slope;
}
