namespace Convergence.Merging;

/// <summary>A tensor that a merge reads.</summary>
/// <param name="Model">The model, as the recipe names it.</param>
/// <param name="Tensor">The tensor's name in that model.</param>
public sealed record TensorInput(string Model, string Tensor);
