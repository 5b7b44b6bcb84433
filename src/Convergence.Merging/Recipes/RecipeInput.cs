namespace Convergence.Merging;

/// <summary>One model of a recipe that merges whole models.</summary>
/// <param name="Model">Its directory, absolute or relative to the root of <see cref="ParentModels"/>.</param>
/// <param name="Parameters">What holds for this model alone, such as its <c>weight</c>.</param>
public sealed record RecipeInput(string Model, RecipeParameters Parameters);
