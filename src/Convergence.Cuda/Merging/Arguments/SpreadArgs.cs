using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What SCE takes.</summary>
/// <remarks>Laid out as <c>SpreadArgs</c> of <c>merge_spread.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SpreadArgs
{
    public MergeTensors Tensors;
    public InputArray<double> Shares;
    public Cut Cut;
    public ulong Sums;
    public int KeepsAll;
    public int Reserved;
}
