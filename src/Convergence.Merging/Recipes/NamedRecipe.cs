namespace Convergence.Merging;

/// <summary>One document of a recipe file.</summary>
/// <param name="Name">What later documents call its result; <see langword="null"/> for a document without a name.</param>
/// <param name="Recipe">What it merges.</param>
public sealed record NamedRecipe(string? Name, MergeRecipe Recipe);
