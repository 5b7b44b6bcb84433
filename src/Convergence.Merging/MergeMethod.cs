namespace Convergence.Merging;

/// <summary>The merge techniques. <see cref="MergeMethodNames"/> gives the names that recipe files use.</summary>
public enum MergeMethod
{
    /// <summary>Weighted mean of the weights (arXiv 2203.05482).</summary>
    Linear,

    /// <summary>Spherical interpolation (Shoemake 1985); more than two models are folded pairwise.</summary>
    Slerp,

    /// <summary>Weighted sum of task vectors on a base (arXiv 2212.04089).</summary>
    TaskArithmetic,

    /// <summary>Trim, elect sign and merge task vectors (arXiv 2306.01708).</summary>
    Ties,

    /// <summary>Drop and rescale task vectors, then add them (arXiv 2311.03099).</summary>
    DareLinear,

    /// <summary>Drop and rescale task vectors, then elect signs as TIES does.</summary>
    DareTies,

    /// <summary>Layers taken as they are from different models (frankenmerge); the depth may change.</summary>
    Passthrough,

    /// <summary>Deep Feature Selection: per output feature the task vectors compete by energy.</summary>
    Dfs,

    /// <summary>Task vectors without their smallest and their largest elements, added (arXiv 2312.06795).</summary>
    Breadcrumbs,

    /// <summary>Task vectors without their smallest and their largest elements, signs elected as TIES does.</summary>
    BreadcrumbsTies,

    /// <summary>
    /// Select, calculate and erase: where the models differ most, the mean by energy of those that agree (arXiv 2408.07990).
    /// </summary>
    Sce,

    /// <summary>
    /// Reinforced agent merging: what several change is averaged, what one changes alone is taken over (arXiv 2601.13572).
    /// </summary>
    Ram,

    /// <summary>RAM with what a model changes alone scaled up by how much it shares with others, tensor by tensor.</summary>
    RamPlus,

    /// <summary>Spherical interpolation of two models or task vectors, by tensor, row or column.</summary>
    NuSlerp,

    /// <summary>Barycentric interpolation of directions on the sphere of any number of models or task vectors.</summary>
    MultiSlerp,

    /// <summary>Karcher mean: the Riemannian barycentre of the models' directions.</summary>
    Karcher,

    /// <summary>Interpolates between the base and the mean by the angle between task vectors (arXiv 2403.19522).</summary>
    ModelStock,

    /// <summary>Moves the base towards a model, by at most a fixed step per element.</summary>
    NearSwap,

    /// <summary>Task vectors sampled by the rank of their magnitudes, signs elected as TIES does (arXiv 2406.11617).</summary>
    Della,

    /// <summary>Task vectors sampled by the rank of their magnitudes, added.</summary>
    DellaLinear,

    /// <summary>Takes over of a model only the elements that changed most, by importance.</summary>
    ArceeFusion,

    /// <summary>A path over layers of several models with scaled steps, folded into the weights (arXiv 2403.13187).</summary>
    Dataflow,
}
