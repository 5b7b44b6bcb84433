namespace Convergence.Merging.Diagnosis;

/// <summary>A tensor whose elements are not all numbers.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="NonFiniteCount">Elements that are NaN or infinite.</param>
/// <param name="ElementCount">Elements in all.</param>
public sealed record TensorFault(string Model, string Tensor, long NonFiniteCount, long ElementCount);
