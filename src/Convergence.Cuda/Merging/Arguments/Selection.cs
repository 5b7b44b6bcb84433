using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A selection by rank: what is asked for, and what was found.</summary>
/// <remarks>Laid out as <c>Selection</c> of <c>cuts.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Selection
{
    public long Rank;
    public long LastTie;
    public long Ties;
    public uint Prefix;
    public int Input;
}
