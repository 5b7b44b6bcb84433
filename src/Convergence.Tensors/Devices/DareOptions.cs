namespace Convergence.Tensors.Devices;

/// <summary>How DARE draws and joins.</summary>
/// <param name="Key">The Philox key: made of the recipe's seed and the tensor's name.</param>
/// <param name="Rescale">Whether kept elements are divided by the density.</param>
/// <param name="ElectSign">Whether a sign is elected as TIES does (dare_ties) or everything is added (dare_linear).</param>
/// <param name="Normalize">
/// Whether contributions are divided by the sum of the weights:
/// of those that won the election with <paramref name="ElectSign"/>, of all without.
/// </param>
/// <param name="Lambda">The factor of the merged task vector.</param>
/// <param name="FirstIndex">The index of the first element in the whole tensor, when a slice is merged: what masks refer to.</param>
public readonly record struct DareOptions(
    ulong Key, bool Rescale = true, bool ElectSign = false, bool Normalize = false, double Lambda = 1, long FirstIndex = 0);
