namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A merge with a kernel for every row. Every row begins a granule, so a kernel's index is that in the row.</summary>
/// <param name="kernelOf">The kernel of a row.</param>
/// <param name="rowSize">Elements of a row, above 0.</param>
/// <param name="operands">The tensors that are read.</param>
/// <param name="target">Receives the results.</param>
internal sealed class RowsWork<TKernel>(Func<long, TKernel> kernelOf, long rowSize, Operands operands, HostTensor target)
    : MapWork(operands, target, firstIndex: 0)
    where TKernel : struct, IMapKernel
{
    public override void Run(MergeSweep sweep, Operands source, long start, long end, int worker)
    {
        for (var place = start; place < end;)
        {
            var row = place / rowSize;
            var stop = Math.Min(end, (row + 1) * rowSize);
            sweep.MapRange(kernelOf(row), source, Target, place, stop, -row * rowSize, worker);
            place = stop;
        }
    }
}
