using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What a fusion by importance takes.</summary>
/// <remarks>Laid out as <c>TakeImportantArgs</c> of <c>merge_combine.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct TakeImportantArgs
{
    public MergeTensors Tensors;
    public ulong Factors;
    public long RowLength;
    public double Threshold;
}
