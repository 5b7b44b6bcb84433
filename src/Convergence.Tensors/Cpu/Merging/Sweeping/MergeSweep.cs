using System.Runtime.InteropServices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>
/// Leads kernels over tensors: shares chunks out among the team, converts what is not stored as the kernel reads it tile by tile, and
/// rounds results up to whole granules with padding that is thrown away. Kernels therefore have no tails, and an element's
/// result does not depend on how the tensor was cut.
/// </summary>
internal sealed unsafe partial class MergeSweep(WorkerTeam team)
{
    /// <summary>Kernels work on multiples of this many elements: sixteen vectors of sixteen.</summary>
    public const int Granule = 256;

    /// <summary>Elements that a worker takes at a time, at most: large enough to hide the hand-out, small enough to balance.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>
    /// Elements that are converted at a time, so that a tile of every tensor stays in the second-level cache; also the blocks of
    /// reductions, whose partial sums are added in the order of blocks.
    /// </summary>
    public const int TileSize = 4096;

    /// <summary>Bytes of a tile of any type.</summary>
    public const long TileByteCount = TileSize * sizeof(double);

    // Tensors of a few chunks are divided more finely, so that no worker waits long for the last;
    // below this, waking workers costs more than it saves.
    private const int SmallestChunkSize = 4 * TileSize;
    private const int ChunksPerWorker = 4;

    // Below this, results are wanted in the cache.
    private const long StreamedByteCount = 1 << 20;

    private readonly MergeScratch _scratch = new(team.ThreadCount);

    /// <summary>Shows every block of <see cref="TileSize"/> elements to a kernel that keeps count of what it sees.</summary>
    /// <param name="kernel">What looks at the blocks; blocks may come in any order and on any worker.</param>
    /// <param name="operands">The tensors.</param>
    /// <param name="firstIndex">The index of the first element in the whole tensor, for kernels that look at it.</param>
    public void Visit<TKernel>(TKernel kernel, Operands operands, long firstIndex = 0)
        where TKernel : IBlockKernel
    {
        var size = ChunkSizeOf(operands.ElementCount);
        var chunkCount = checked((int)((operands.ElementCount + size - 1) / size));
        team.Run(chunkCount, (chunk, worker) =>
        {
            var end = Math.Min(operands.ElementCount, (chunk + 1) * size);
            for (var place = chunk * size; place < end; place += TileSize)
            {
                VisitRange(kernel, operands, place, (int)Math.Min(TileSize, end - place), firstIndex, worker);
            }
        });
        operands.KeepAlive();
    }

    /// <summary>Shows a kernel the one block of a number.</summary>
    public void VisitTile<TKernel>(TKernel kernel, Operands operands, int block)
        where TKernel : IBlockKernel
    {
        var place = (long)block * TileSize;
        VisitRange(kernel, operands, place, (int)Math.Min(TileSize, operands.ElementCount - place), firstIndex: 0, worker: 0);
        operands.KeepAlive();
    }

    /// <summary>Shows every row to a kernel, in blocks of at most <see cref="TileSize"/> elements that begin at the row's first.</summary>
    /// <param name="kernel">What looks at the blocks; one worker sees all of a row, in order.</param>
    /// <param name="operands">The tensors.</param>
    /// <param name="rowCount">Rows; divides the element count.</param>
    /// <param name="bandRows">Rows of which one worker sees all, in order; by default as many as make a chunk.</param>
    public void VisitRows<TKernel>(TKernel kernel, Operands operands, long rowCount, int? bandRows = null)
        where TKernel : IBlockKernel => VisitRows([kernel], operands, rowCount, bandRows);

    /// <summary>As the other overload, but every row is shown to several kernels, one after another, while it is in the caches.</summary>
    public void VisitRows<TKernel>(TKernel[] kernels, Operands operands, long rowCount, int? bandRows = null)
        where TKernel : IBlockKernel
    {
        var rowSize = operands.ElementCount / Math.Max(1, rowCount);
        var rowsPerItem = bandRows ?? (int)Math.Max(1, ChunkSizeOf(operands.ElementCount) / Math.Max(1, rowSize));
        team.Run(checked((int)((rowCount + rowsPerItem - 1) / rowsPerItem)), (item, worker) =>
        {
            var end = Math.Min(rowCount, (item + 1L) * rowsPerItem) * rowSize;
            for (var row = item * rowsPerItem * rowSize; row < end; row += rowSize)
            {
                foreach (var kernel in kernels)
                {
                    VisitRow(kernel, operands, row, rowSize, worker);
                }
            }
        });
        operands.KeepAlive();
    }

    // Whole tiles, so that the blocks of reductions stay the same.
    private long ChunkSizeOf(long elementCount)
    {
        var share = elementCount / (team.ThreadCount * ChunksPerWorker);
        return Math.Clamp((share + TileSize - 1) / TileSize * TileSize, SmallestChunkSize, ChunkSize);
    }

    private void VisitRow<TKernel>(TKernel kernel, Operands operands, long start, long size, int worker)
        where TKernel : IBlockKernel
    {
        for (var place = start; place < start + size; place += TileSize)
        {
            VisitRange(kernel, operands, place, (int)Math.Min(TileSize, start + size - place), firstIndex: 0, worker);
        }
    }

    private void VisitRange<TKernel>(TKernel kernel, Operands operands, long place, int count, long firstIndex, int worker)
        where TKernel : IBlockKernel
    {
        var tensors = stackalloc byte*[operands.Count];
        var padded = count;
        if (operands.AreReadInPlace && count % Granule == 0)
        {
            operands.Locate(place, tensors);
        }
        else
        {
            padded = RoundUp(count);
            LoadTile(operands, place, count, lead: 0, worker, tensors);
        }

        KernelDispatch.Visit(kernel, operands.LaneType, tensors, new Block(place, firstIndex + place, count, padded, worker));
    }

    /// <summary>Merges the elements from start to end.</summary>
    public void MapRange<TKernel>(
        ReadOnlySpan<TKernel> kernels, Operands operands, HostTensor[] targets, long start, long end, long firstIndex, int worker)
        where TKernel : struct, IMapKernel<TKernel>
    {
        var place = start;
        while (place < end)
        {
            var lead = (int)((firstIndex + place) % Granule);
            var whole = (end - place) / Granule * Granule;
            if (lead == 0 && whole > 0 && operands.AreReadInPlace)
            {
                whole = Math.Min(whole, ChunkSize);
                MapInPlace(kernels, operands, targets, new Block(place, firstIndex + place, (int)whole, (int)whole, worker));
                place += whole;
            }
            else
            {
                var longest = lead == 0 && whole > 0 ? Math.Min(whole, TileSize) : Granule - lead;
                var count = (int)Math.Min(longest, end - place);
                var block = new Block(place, firstIndex + place - lead, count, RoundUp(lead + count), worker);
                MapTile(kernels, operands, targets, block, lead);
                place += count;
            }
        }
    }

    private static void MapInPlace<TKernel>(ReadOnlySpan<TKernel> kernels, Operands operands, HostTensor[] targets, Block block)
        where TKernel : struct, IMapKernel<TKernel>
    {
        var tensors = stackalloc byte*[operands.Count];
        operands.Locate(block.Place, tensors);
        var dtype = targets[0].DType;
        var outputs = stackalloc byte*[targets.Length];
        var isStreamed = targets[0].ByteCount >= StreamedByteCount;
        for (var merge = 0; merge < targets.Length; merge++)
        {
            outputs[merge] = targets[merge].Pointer + (block.Place * dtype.ByteCount());
            isStreamed &= (nuint)outputs[merge] % NativeBlock.Alignment == 0;
        }

        KernelDispatch.Map(kernels, operands.LaneType, dtype, isStreamed, tensors, outputs, block);
    }

    // Merges a tile of copies, whose granules are completed by padding before and after the tile's elements.
    private void MapTile<TKernel>(ReadOnlySpan<TKernel> kernels, Operands operands, HostTensor[] targets, Block block, int lead)
        where TKernel : struct, IMapKernel<TKernel>
    {
        var tensors = stackalloc byte*[operands.Count];
        var results = LoadTile(operands, block.Place, block.Count, lead, block.Worker, tensors, targets.Length);
        var outputs = stackalloc byte*[targets.Length];
        for (var merge = 0; merge < targets.Length; merge++)
        {
            outputs[merge] = results + (merge * TileByteCount);
        }

        var dtype = targets[0].DType;
        KernelDispatch.Map(kernels, operands.LaneType, dtype, isStreamed: false, tensors, outputs, block);
        var size = dtype.ByteCount();
        for (var merge = 0; merge < targets.Length; merge++)
        {
            var target = targets[merge].Pointer + (block.Place * size);
            NativeMemory.Copy(outputs[merge] + (lead * size), target, (nuint)(block.Count * size));
        }
    }

    private static int RoundUp(int count) => (count + Granule - 1) / Granule * Granule;

    /// <summary>Copies or widens a tile of every tensor into the worker's scratch memory, zeros around it.</summary>
    /// <returns>Further tiles of scratch memory, for results.</returns>
    private byte* LoadTile(Operands operands, long place, int count, int lead, int worker, byte** tensors, int resultCount = 0)
    {
        var padded = RoundUp(lead + count);
        var scratch = _scratch.Rent(worker, ((long)operands.Count + resultCount) * TileByteCount);
        var laneSize = operands.LaneType.ByteCount();
        for (var tensor = 0; tensor < operands.Count; tensor++)
        {
            var tile = scratch + (((long)resultCount + tensor) * TileByteCount);
            NativeMemory.Clear(tile, (nuint)(lead * laneSize));
            NativeMemory.Clear(tile + ((lead + count) * laneSize), (nuint)((padded - lead - count) * laneSize));
            var source = operands.At(tensor, place);
            operands.WidenToLanes(operands.DTypeOf(tensor), source, tile + (lead * laneSize), count);
            tensors[tensor] = tile;
        }

        return scratch;
    }
}
