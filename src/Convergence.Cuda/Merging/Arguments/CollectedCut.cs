using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A cut that is looked for among collected elements: what is asked for, and what was found.</summary>
/// <remarks>Laid out as <c>CollectedCut</c> of <c>cuts.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CollectedCut
{
    public long Rank;
    public long LastTie;
    public ulong Above;
    public ulong AtHigh;
    public ulong AtLow;
    public ulong Between;
    public ulong Prefix;
    public int UnknownBits;
    public int Input;
    public uint Low;
    public uint High;
    public uint Magnitude;
    public int State;
    public uint Finished;
    public uint Reserved;
}
