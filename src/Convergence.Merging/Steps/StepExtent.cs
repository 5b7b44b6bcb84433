namespace Convergence.Merging;

/// <summary>How a tensor may be cut into runs that a <see cref="MergeStep"/> merges one by one.</summary>
internal enum StepExtent
{
    /// <summary>Anywhere: every result depends on the elements at its own index alone.</summary>
    Elements,

    /// <summary>Between rows (runs along the last dimension; a vector is one row).</summary>
    Rows,

    /// <summary>Not at all.</summary>
    Tensor,
}
