using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Cuda.Merging;

/// <summary>How tensors lie in the chunks of 256 elements for which masks are drawn.</summary>
internal static class ChunkGrids
{
    /// <summary>Bytes of a chunk's mask.</summary>
    public const int MaskByteCount = MergeSweep.Granule / 8;

    /// <summary>One row, on the grid of chunks of the whole tensor.</summary>
    public static ChunkGrid Flat(long elementCount, long firstIndex)
    {
        var lead = firstIndex % MergeSweep.Granule;
        return new ChunkGrid
        {
            RowLength = elementCount,
            RowCount = elementCount == 0 ? 0 : 1,
            ChunksPerRow = ChunkCount(lead + elementCount),
            Lead = lead,
            FirstChunk = firstIndex / MergeSweep.Granule,
        };
    }

    /// <summary>Rows that each begin a chunk.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="firstRow">The first row's number in the whole tensor.</param>
    public static ChunkGrid Rows(RowLayout rows, long firstRow) => new()
    {
        RowLength = rows.RowLength,
        RowCount = rows.RowCount,
        ChunksPerRow = ChunkCount(rows.RowLength),
        FirstChunk = firstRow * ChunkCount(rows.RowLength),
    };

    private static long ChunkCount(long elementCount) => (elementCount + MergeSweep.Granule - 1) / MergeSweep.Granule;
}
