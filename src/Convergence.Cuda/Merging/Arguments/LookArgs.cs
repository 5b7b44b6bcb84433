using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A tensor to look at.</summary>
/// <remarks>Laid out as <c>LookArgs</c> of <c>merge_survey.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct LookArgs
{
    public MergeTensors Tensors;
    public ulong Result;
}
