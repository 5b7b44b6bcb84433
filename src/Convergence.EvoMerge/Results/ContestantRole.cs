namespace Convergence.EvoMerge.Results;

/// <summary>What a model is in a comparison.</summary>
public enum ContestantRole
{
    Champion,
    Parent,
    PlainAverage,

    /// <summary>The best of the hand-made recipes that filled the first generation: what one has without a search.</summary>
    StartingRecipe,
}
