namespace Convergence.Tensors.Devices;

/// <summary>How elements are sampled by rank.</summary>
/// <param name="Key">The Philox key: made of the recipe's seed and the tensor's name.</param>
/// <param name="RowLength">Elements of a row, among which ranks are taken; divides the element count.</param>
/// <param name="DividesByProbability">Whether a kept element is divided by the probability with which it was kept.</param>
public readonly record struct RankedSampling(ulong Key, long RowLength, bool DividesByProbability);
