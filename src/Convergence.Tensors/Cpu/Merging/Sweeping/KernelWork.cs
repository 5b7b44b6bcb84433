namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Merges whose elements all have one kernel.</summary>
/// <param name="kernels">A kernel per merge.</param>
/// <param name="operands">The tensors that are read.</param>
/// <param name="targets">Receive the results.</param>
/// <param name="firstIndex">The index of the first element in the whole tensor.</param>
internal sealed class KernelWork<TKernel>(TKernel[] kernels, Operands operands, HostTensor[] targets, long firstIndex)
    : MapWork(operands, targets, firstIndex)
    where TKernel : struct, IMapKernel<TKernel>
{
    public override object Kind => (typeof(TKernel), Targets[0].DType, FirstIndex);

    public override bool SharesReading => TKernel.SharesReading;

    private TKernel[] Kernels { get; } = kernels;

    public override MapWork Join(IReadOnlyList<MapWork> works) => new KernelWork<TKernel>(
        [.. works.SelectMany(work => ((KernelWork<TKernel>)work).Kernels)],
        Operands,
        [.. works.SelectMany(work => work.Targets)],
        FirstIndex);

    public override void Run(MergeSweep sweep, Operands source, long start, long end, int worker) =>
        sweep.MapRange<TKernel>(Kernels, source, Targets, start, end, FirstIndex, worker);
}
