using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Sweeps that know a whole row before they go on with it.</summary>
internal sealed unsafe partial class MergeSweep
{
    /// <summary>Shows every row to a kernel, in blocks of at most <see cref="TileSize"/> elements that begin at the row's first.</summary>
    /// <param name="kernel">What looks at the blocks.</param>
    /// <param name="operands">The tensors.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="finish">Called with item, row and worker when the kernel has seen a row; the rows of an item come in order.</param>
    public void VisitRows<TKernel>(TKernel kernel, Operands operands, RowLayout rows, Action<int, long, int> finish)
        where TKernel : IBlockKernel
    {
        team.Run(rows.ItemCount, (item, worker) =>
        {
            var end = Math.Min(rows.RowCount, (item + 1L) * rows.RowsPerItem);
            for (var row = item * rows.RowsPerItem; row < end; row++)
            {
                VisitRow(kernel, operands, rows, row, worker);
                finish(item, row, worker);
            }
        });
        operands.KeepAlive();
    }

    /// <summary>Merges row by row, each after it was looked at as a whole.</summary>
    /// <param name="look">Sees the blocks of a row first.</param>
    /// <param name="kernelOf">Then makes the kernel of that row, on that worker.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="baseTensor">The first tensor that kernels see.</param>
    /// <param name="inputs">The tensors after it.</param>
    /// <param name="output">Receives the results.</param>
    public void MapRows<TLook, TKernel>(
        TLook look, Func<long, int, TKernel> kernelOf, RowLayout rows,
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, DeviceTensor output)
        where TLook : IBlockKernel
        where TKernel : struct, IMapKernel<TKernel>
    {
        var operands = new Operands(baseTensor, inputs);
        var target = (HostTensor)output;
        Operands.RequireFloat(target.DType);
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.ElementCount, operands.ElementCount);
        HostTensor[] targets = [target];
        team.Run(rows.ItemCount, (item, worker) =>
        {
            var end = Math.Min(rows.RowCount, (item + 1L) * rows.RowsPerItem);
            for (var row = item * rows.RowsPerItem; row < end; row++)
            {
                VisitRow(look, operands, rows, row, worker);

                // Every row begins a granule, so a kernel's index is that in the row.
                var start = row * rows.RowLength;
                MapRange<TKernel>([kernelOf(row, worker)], operands, targets, start, start + rows.RowLength, -start, worker);
            }
        });
        operands.KeepAlive();
        GC.KeepAlive(target);
    }

    private void VisitRow<TKernel>(TKernel kernel, Operands operands, RowLayout rows, long row, int worker)
        where TKernel : IBlockKernel
    {
        var start = row * rows.RowLength;
        var end = start + rows.RowLength;
        for (var place = start; place < end; place += TileSize)
        {
            VisitRange(kernel, operands, place, (int)Math.Min(TileSize, end - place), -start, worker);
        }
    }
}
