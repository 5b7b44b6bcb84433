using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What TIES takes.</summary>
/// <remarks>Laid out as <c>TiesArgs</c> of <c>merge_ties.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct TiesArgs
{
    public MergeTensors Tensors;
    public InputArray<double> Weights;
    public InputArray<Cut> Cuts;
    public ulong Table;
    public InputArray<int> Places;
    public double Lambda;
    public int Normalize;
    public int ZeroIsNegative;
}
