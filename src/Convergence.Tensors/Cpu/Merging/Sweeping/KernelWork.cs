namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A merge whose elements all have one kernel.</summary>
internal sealed class KernelWork<TKernel>(
    TKernel kernel, Operands operands, HostTensor target, long firstIndex) : MapWork(operands, target, firstIndex)
    where TKernel : struct, IMapKernel
{
    public override void Run(MergeSweep sweep, Operands source, long start, long end, int worker) =>
        sweep.MapRange(kernel, source, Target, start, end, FirstIndex, worker);
}
