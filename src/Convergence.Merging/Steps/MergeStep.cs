using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// A merge of which nothing is left to find out: what <see cref="TensorMerge.Prepare"/> makes once norms, cuts or angles of the whole tensor
/// are known. It merges runs of elements, the same bits however a tensor is cut, so that it can stream, and so that several merges of
/// one set of parents can share a reading of them. Disposed when its tensor is done.
/// </summary>
internal abstract class MergeStep : IDisposable
{
    /// <summary>Merges one run, which begins and ends at multiples of the operation's <see cref="TensorMerge.RunUnit"/>.</summary>
    public abstract void Run(MergeKernels kernels, MergeRun run);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
