namespace Convergence.Merging;

/// <summary>A merged model and what the recipe says for it alone.</summary>
internal sealed record ScopedModel(string Model, RecipeParameters Parameters);
