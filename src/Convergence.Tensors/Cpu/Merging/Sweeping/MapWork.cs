namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A merge of elements that was asked for: what it reads, where it writes, and how a range of it is made.</summary>
/// <param name="operands">The tensors that are read.</param>
/// <param name="target">Receives the results; of as many elements.</param>
/// <param name="firstIndex">The index of the first element in the whole tensor.</param>
internal abstract class MapWork(Operands operands, HostTensor target, long firstIndex)
{
    public Operands Operands { get; } = operands;

    public HostTensor Target { get; } = target;

    public long FirstIndex { get; } = firstIndex;

    /// <summary>Makes the elements from start to end. Ranges may come in any order and on any worker.</summary>
    /// <param name="sweep">Leads kernels over elements.</param>
    /// <param name="source">Where to read: <see cref="Operands"/> or the same elements elsewhere.</param>
    /// <param name="start">The first element.</param>
    /// <param name="end">The element after the last.</param>
    /// <param name="worker">The thread.</param>
    public abstract void Run(MergeSweep sweep, Operands source, long start, long end, int worker);
}
