using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Merges of elements, one by one or several in one reading of what they read.</summary>
internal sealed unsafe partial class MergeSweep
{
    private readonly MergeScratch _tiles = new(team.ThreadCount);
    private List<MapWork>? _waiting;

    /// <summary>Lets the merges that an action asks for wait, then makes those that read the same tensors together.</summary>
    public void Together(Action merges)
    {
        if (_waiting is not null)
        {
            merges();
            return;
        }

        List<MapWork> works = [];
        _waiting = works;
        try
        {
            merges();
        }
        finally
        {
            _waiting = null;
        }

        if (works.Count == 1)
        {
            // A candidate by itself: nothing to join, and a search would pay for the trying with every tensor.
            Run([works[0]]);
            return;
        }

        foreach (var group in works.GroupBy(work => (work.Operands, Lead: work.FirstIndex % Granule)))
        {
            Run([.. group.GroupBy(work => work.Kind).Select(kind => kind.First().Join([.. kind]))]);
        }
    }

    /// <summary>Merges element by element.</summary>
    /// <param name="kernel">What to do.</param>
    /// <param name="baseTensor">The first tensor that the kernel sees, or <see langword="null"/>.</param>
    /// <param name="inputs">The tensors after it.</param>
    /// <param name="output">Receives the results; may be one of the inputs.</param>
    /// <param name="firstIndex">The index of the first element in the whole tensor, for kernels that look at it.</param>
    public void Map<TKernel>(
        TKernel kernel, DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, DeviceTensor output, long firstIndex = 0)
        where TKernel : struct, IMapKernel<TKernel>
    {
        var operands = new Operands(baseTensor, inputs);
        Add(new KernelWork<TKernel>([kernel], operands, [TargetOf(operands, output)], firstIndex));
    }

    /// <summary>As <see cref="Map"/>, with a kernel of its own for every output feature (row).</summary>
    /// <param name="kernelOf">The kernel of a row.</param>
    /// <param name="rowCount">Rows; divides the element count.</param>
    /// <param name="baseTensor">The first tensor that kernels see, or <see langword="null"/>.</param>
    /// <param name="inputs">The tensors after it.</param>
    /// <param name="output">Receives the results.</param>
    public void MapRows<TKernel>(
        Func<long, TKernel> kernelOf, long rowCount, DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, DeviceTensor output)
        where TKernel : struct, IMapKernel<TKernel>
    {
        var operands = new Operands(baseTensor, inputs);
        var rowSize = Math.Max(1, operands.ElementCount / Math.Max(1, rowCount));
        Add(new RowsWork<TKernel>([kernelOf], rowSize, operands, [TargetOf(operands, output)]));
    }

    private static HostTensor TargetOf(Operands operands, DeviceTensor output)
    {
        var target = (HostTensor)output;
        Operands.RequireFloat(target.DType);
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.ElementCount, operands.ElementCount);
        return target;
    }

    private void Add(MapWork work)
    {
        if (_waiting is not null)
        {
            _waiting.Add(work);
        }
        else
        {
            Run([work]);
        }
    }

    private void Run(MapWork[] works)
    {
        // The grid of granules is that of the whole tensor, so a slice may begin inside a granule.
        var elementCount = works[0].Operands.ElementCount;
        var lead = works[0].FirstIndex % Granule;
        var size = ChunkSizeOf(elementCount);
        var chunkCount = checked((int)((lead + elementCount + size - 1) / size));
        team.Run(chunkCount, (chunk, worker) =>
        {
            var start = Math.Max(0, (chunk * size) - lead);
            var end = Math.Min(elementCount, ((chunk + 1) * size) - lead);
            if (works is [{ Targets.Length: 1 }])
            {
                works[0].Run(this, works[0].Operands, start, end, worker);
            }
            else
            {
                RunInTurns(works, start, end, worker);
            }
        });
        foreach (var work in works)
        {
            work.Operands.KeepAlive();
            GC.KeepAlive(work.Targets);
        }
    }

    // Tile by tile: what is read stays in the nearest caches for all merges, and each of them writes a tile at a time, because the memory
    // takes few streams at once. What is not stored as floats is widened once for all, where merges do not see to that themselves.
    private void RunInTurns(MapWork[] works, long start, long end, int worker)
    {
        var operands = works[0].Operands;
        var lead = works[0].FirstIndex % Granule;
        var isReadOnce = works is [{ SharesReading: true }] && operands.AreReadInPlace;
        var tiles = isReadOnce || operands is { AreReadInPlace: true, LaneType: DType.F32 or DType.F64 } ? null : operands.Tiles();
        for (var place = start; place < end;)
        {
            var stop = Math.Min(end, ((((lead + place) / TileSize) + 1) * TileSize) - lead);
            tiles?.Load(operands, place, stop - place, _tiles.Rent(worker, operands.Count * TileByteCount));
            foreach (var work in works)
            {
                work.Run(this, tiles ?? operands, place, stop, worker);
            }

            place = stop;
        }
    }
}
