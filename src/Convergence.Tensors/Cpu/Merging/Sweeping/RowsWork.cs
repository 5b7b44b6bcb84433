namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Merges with a kernel for every row. Every row begins a granule, so a kernel's index is that in the row.</summary>
/// <param name="kernelsOf">Per merge: the kernel of a row.</param>
/// <param name="rowSize">Elements of a row, above 0.</param>
/// <param name="operands">The tensors that are read.</param>
/// <param name="targets">Receive the results.</param>
internal sealed class RowsWork<TKernel>(Func<long, TKernel>[] kernelsOf, long rowSize, Operands operands, HostTensor[] targets)
    : MapWork(operands, targets, firstIndex: 0)
    where TKernel : struct, IMapKernel<TKernel>
{
    public override object Kind => (typeof(TKernel), Targets[0].DType, rowSize);

    public override bool SharesReading => TKernel.SharesReading;

    private Func<long, TKernel>[] KernelsOf { get; } = kernelsOf;

    public override MapWork Join(IReadOnlyList<MapWork> works) => new RowsWork<TKernel>(
        [.. works.SelectMany(work => ((RowsWork<TKernel>)work).KernelsOf)], rowSize, Operands, [.. works.SelectMany(work => work.Targets)]);

    public override void Run(MergeSweep sweep, Operands source, long start, long end, int worker)
    {
        var kernels = new TKernel[KernelsOf.Length];
        for (var place = start; place < end;)
        {
            var row = place / rowSize;
            for (var merge = 0; merge < kernels.Length; merge++)
            {
                kernels[merge] = KernelsOf[merge](row);
            }

            var stop = Math.Min(end, (row + 1) * rowSize);
            sweep.MapRange<TKernel>(kernels, source, Targets, place, stop, -row * rowSize, worker);
            place = stop;
        }
    }
}
