using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Cuts that were collected, or else counted.</summary>
/// <remarks>Laid out as <c>SettleCutsArgs</c> of <c>merge_select.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SettleCutsArgs
{
    public ulong Collected;
    public ulong Selections;
    public ulong Cuts;
    public int CutCount;
}
