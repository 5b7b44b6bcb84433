using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Probabilities by rank.</summary>
/// <remarks>Laid out as <c>RankedArgs</c> of <c>merge_dare.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct RankedArgs
{
    public ChunkGrid Grid;
    public ulong Key;
    public InputArray<double> Lowest;
    public InputArray<double> Steps;
    public InputArray<ulong> Ranks;
}
