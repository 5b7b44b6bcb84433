namespace Convergence.EvoMerge.Results;

/// <summary>What a model is in a comparison.</summary>
public enum ContestantRole
{
    Champion,
    Parent,
    PlainAverage,
}
