using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>What the planner and the reader need to know of a merge method.</summary>
/// <param name="Method">The method.</param>
/// <param name="NeedsBase">Whether it works on task vectors, the differences from a base.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Resolve">Makes the operation for one tensor from that tensor's parameters.</param>
internal sealed record MergeMethodDefinition(
    MergeMethod Method, bool NeedsBase, ImmutableArray<ParameterDefinition> Parameters, Func<ParameterScope, TensorMerge> Resolve)
{
    private static readonly ImmutableArray<MergeMethodDefinition> All =
    [
        LinearMerge.Definition,
        SlerpMerge.Definition,
        TaskArithmeticMerge.Definition,
        TiesMerge.Definition,
        DareMerge.LinearDefinition,
        DareMerge.TiesDefinition,
        PassthroughMerge.Definition,
        FeatureSelectionMerge.Definition,
        BreadcrumbsMerge.LinearDefinition,
        BreadcrumbsMerge.TiesDefinition,
        SelectCalculateEraseMerge.Definition,
        ReinforcedAgentMerge.Definition,
        ReinforcedAgentMerge.PlusDefinition,
        NuSlerpMerge.Definition,
        MultiSlerpMerge.Definition,
        KarcherMerge.Definition,
        ModelStockMerge.Definition,
        NearSwapMerge.Definition,
        DellaMerge.TiesDefinition,
        DellaMerge.LinearDefinition,
        ArceeFusionMerge.Definition,
        DataflowMerge.Definition,
    ];

    /// <summary>Whether it works on task vectors when the recipe names a base, and otherwise on the models themselves.</summary>
    public bool TakesBase { get; init; }

    /// <summary>
    /// Whether, in mergekit's dialect, a base that is not among the models of a recipe for whole models is merged like one more of them.
    /// </summary>
    public bool MergesBase { get; init; }

    /// <summary>Whether the models' order means something; otherwise any order gives the same bits.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether it merges layers that slices choose, and cannot be given whole models.</summary>
    public bool NeedsSlices { get; init; }

    public static MergeMethodDefinition Of(MergeMethod method) => All[(int)method];

    /// <summary>Whether differences from that base are merged.</summary>
    public bool WorksOnTaskVectors(string? baseModel) => NeedsBase || (TakesBase && baseModel is not null);
}
