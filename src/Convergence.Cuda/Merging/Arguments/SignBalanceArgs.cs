using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where elected signs are counted.</summary>
/// <remarks>Laid out as <c>SignBalanceArgs</c> of <c>merge_ties.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SignBalanceArgs
{
    public MergeTensors Tensors;
    public InputArray<double> Weights;
    public InputArray<Cut> Cuts;
    public ulong Balance;
}
