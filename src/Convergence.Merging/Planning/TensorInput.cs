namespace Convergence.Merging;

/// <summary>A tensor that a merge reads.</summary>
/// <param name="Model">The model, as the recipe names it.</param>
/// <param name="Tensor">The tensor's name in that model.</param>
public sealed record TensorInput(string Model, string Tensor)
{
    /// <summary>
    /// How its rows are put into the order of the output's vocabulary; <see langword="null"/> when the tensor is read as it is.
    /// </summary>
    public RowMap? Rows { get; init; }
}
