namespace Convergence.EvoMerge.Configuration;

/// <summary>The six techniques a genome may use. The configuration names them in lower case without separators.</summary>
public enum MergeTechnique
{
    /// <summary>The normalised weighted mean of the specialists, and of the base where there is one. <c>linear</c>.</summary>
    Linear,

    /// <summary>Spherical interpolation, folded over the specialists pair by pair. <c>slerp</c>.</summary>
    Slerp,

    /// <summary>Trim, elect sign and merge, on task vectors (Yadav et al., 2023). <c>ties</c>.</summary>
    Ties,

    /// <summary>Drop and rescale on task vectors (Yu et al., 2024), then a sum or a sign consensus. <c>dare</c>.</summary>
    Dare,

    /// <summary>Whole layers taken from different models; the depth may change within bounds. <c>frankenmerge</c>.</summary>
    FrankenMerge,

    /// <summary>Deep feature selection: task vectors compete for every output feature by their energy. <c>dfs</c>.</summary>
    Dfs,
}
