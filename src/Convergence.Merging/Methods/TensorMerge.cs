using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>
/// The operation that makes one tensor from others: a merge method with its numbers resolved for this tensor. There is one
/// derived type per method, which states the method's formula.
/// </summary>
public abstract record TensorMerge
{
    private protected TensorMerge()
    {
    }

    /// <summary>
    /// Says beforehand which of the context's statistics <see cref="Prepare"/> will ask for,
    /// so that they are found out for several merges at once.
    /// </summary>
    internal virtual void Announce(TensorMergeContext context)
    {
    }

    /// <summary>
    /// Finds out what must be known of the whole tensors before their elements can be merged (norms, angles, cuts) and returns the
    /// rest. Reads the context's inputs and writes no weights.
    /// </summary>
    internal abstract MergeStep Prepare(TensorMergeContext context);

    /// <summary>
    /// A tensor may be cut into runs at multiples of this many elements: 1, anywhere, by default;
    /// the length of a row where what is known of a row belongs to its elements.
    /// </summary>
    internal virtual long RunUnit(TensorShape shape) => 1;

    /// <summary>
    /// Bytes of memory that preparing and merging one tensor takes besides inputs and output:
    /// for statistics of the whole tensor. 0 by default.
    /// </summary>
    /// <param name="task">The tensor.</param>
    /// <param name="threadCount">Threads of the device.</param>
    internal virtual long WorkingByteCount(MergeTask task, int threadCount) => 0;
}
