namespace Convergence.Merging;

/// <summary>Merges tensors into the file that an <see cref="OutputRing"/> has begun, one after another.</summary>
internal interface ITensorStreamer
{
    /// <summary>Merges one tensor.</summary>
    /// <param name="task">The tensor.</param>
    /// <param name="report">Told how many of the output's bytes have come to the ring since it was last told.</param>
    /// <param name="cancellation">Looked at before every run.</param>
    /// <exception cref="MergeException">A parent has NaN or infinite weights, or the output does not fit in its type.</exception>
    /// <exception cref="ConvergenceException">The output cannot be written.</exception>
    void Merge(MergeTask task, Action<long> report, CancellationToken cancellation);

    /// <summary>Brings what is merged and not yet in the ring there: the file ends.</summary>
    void Finish();
}
