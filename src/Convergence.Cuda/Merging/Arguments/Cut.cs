using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A cut of magnitudes.</summary>
/// <remarks>Laid out as <c>Cut</c> of <c>merge.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Cut
{
    public long LastTie;
    public uint Magnitude;
    public uint Reserved;
}
