using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// A recipe file: one merge, or several of which later ones merge the results of earlier ones, which they call by name. Immutable.
/// </summary>
public sealed record RecipeSequence
{
    /// <summary>In the order in which they are merged; the last makes the result.</summary>
    public required ImmutableArray<NamedRecipe> Steps { get; init; }

    /// <summary>What a person should know of the file; mostly empty.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What makes the result.</summary>
    public MergeRecipe Result => Steps[^1].Recipe;

    public bool Equals(RecipeSequence? other) => other is not null && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => SequenceValue.Hash(Steps);
}
