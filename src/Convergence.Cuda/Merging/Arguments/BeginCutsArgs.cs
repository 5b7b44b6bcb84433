using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Cuts that are asked for.</summary>
/// <remarks>Laid out as <c>BeginCutsArgs</c> of <c>merge_collect.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct BeginCutsArgs
{
    public ulong Cuts;
    public ulong Selections;
    public InputArray<long> KeepCounts;
    public long Count;
    public int CutCount;
    public int State;
}
