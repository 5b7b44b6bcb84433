using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>How a tensor lies in the chunks of 256 elements for which masks are drawn.</summary>
/// <remarks>Laid out as <c>ChunkGrid</c> of <c>masks.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ChunkGrid
{
    public long RowLength;
    public long RowCount;
    public long ChunksPerRow;
    public long Lead;
    public long FirstChunk;
}
