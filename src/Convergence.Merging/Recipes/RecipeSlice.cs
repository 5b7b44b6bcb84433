using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Layers of the output: the same number of layers of every source, merged with each other.</summary>
/// <param name="Sources">At least one source, all of one length.</param>
/// <param name="Parameters">What holds for this slice.</param>
public sealed record RecipeSlice(ImmutableArray<RecipeSource> Sources, RecipeParameters Parameters)
{
    /// <summary>The base for these layers; <see langword="null"/>: the recipe's.</summary>
    public string? BaseModel { get; init; }

    public bool Equals(RecipeSlice? other) =>
        other is not null && Sources.SequenceEqual(other.Sources) && Parameters.Equals(other.Parameters) && BaseModel == other.BaseModel;

    public override int GetHashCode() => HashCode.Combine(SequenceValue.Hash(Sources), Parameters, BaseModel);
}
