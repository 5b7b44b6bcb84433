using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where masks are drawn to.</summary>
/// <remarks>Laid out as <c>DrawMasksArgs</c> of <c>merge_dare.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct DrawMasksArgs
{
    public RankedArgs Ranked;
    public InputArray<ulong> Bounds;
    public ulong Masks;
    public long MaskStride;
    public int InputCount;
    public int HasRanks;
}
