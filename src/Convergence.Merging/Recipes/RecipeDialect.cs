namespace Convergence.Merging;

/// <summary>
/// Whose defaults hold where a recipe leaves a parameter out. The two differ where mergekit departs from the paper of a method; both
/// behaviours can be asked for by name in either dialect.
/// </summary>
public enum RecipeDialect
{
    /// <summary>The papers' defaults: what recipes that are built here, and written by these tools, mean.</summary>
    EvoMerge,

    /// <summary>mergekit's defaults: what a file means that does not say otherwise.</summary>
    MergeKit,
}
