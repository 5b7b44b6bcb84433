namespace Convergence.Merging;

/// <summary>Over what the largest changes are kept when TIES trims.</summary>
public enum TrimScope
{
    /// <summary>Each tensor keeps its share (mergekit's rule).</summary>
    Tensor,

    /// <summary>Each model keeps its share, wherever the largest changes are (the paper's rule).</summary>
    Global,
}
