namespace Convergence.Merging;

/// <summary>A merged model and what the recipe says for it alone.</summary>
internal sealed record ScopedModel(string Model, RecipeParameters Parameters)
{
    /// <summary>
    /// The tensor's name in the model, which its own filters are compared with; <see langword="null"/> when it is that of the output.
    /// </summary>
    public string? TensorName { get; init; }

    /// <summary>Its place in the recipe, such as <c>models[0]</c>; <see langword="null"/> when the recipe does not list it.</summary>
    public string? KeyPath { get; init; }
}
