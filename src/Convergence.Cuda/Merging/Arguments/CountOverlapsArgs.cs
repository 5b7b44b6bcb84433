using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where overlaps are counted.</summary>
/// <remarks>Laid out as <c>CountOverlapsArgs</c> of <c>merge_combine.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CountOverlapsArgs
{
    public MergeTensors Tensors;
    public ulong Counts;
    public double Threshold;
}
