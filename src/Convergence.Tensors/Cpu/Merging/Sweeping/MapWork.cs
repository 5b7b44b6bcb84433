namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>
/// Merges of elements that were asked for and are made as one: what they read, where they write, and how a range of them is made.
/// </summary>
/// <param name="operands">The tensors that are read.</param>
/// <param name="targets">Receive the results, one per merge; of one type and as many elements.</param>
/// <param name="firstIndex">The index of the first element in the whole tensor.</param>
internal abstract class MapWork(Operands operands, HostTensor[] targets, long firstIndex)
{
    public Operands Operands { get; } = operands;

    public HostTensor[] Targets { get; } = targets;

    public long FirstIndex { get; } = firstIndex;

    /// <summary>What works over the same operands must have in common to be joined.</summary>
    public abstract object Kind { get; }

    /// <summary>Whether the merges find out once what the elements are.</summary>
    public abstract bool SharesReading { get; }

    /// <summary>These works, all of one kind and over the same operands, as one.</summary>
    public abstract MapWork Join(IReadOnlyList<MapWork> works);

    /// <summary>Makes the elements from start to end. Ranges may come in any order and on any worker.</summary>
    /// <param name="sweep">Leads kernels over elements.</param>
    /// <param name="source">Where to read: <see cref="Operands"/> or the same elements elsewhere.</param>
    /// <param name="start">The first element.</param>
    /// <param name="end">The element after the last.</param>
    /// <param name="worker">The thread.</param>
    public abstract void Run(MergeSweep sweep, Operands source, long start, long end, int worker);
}
