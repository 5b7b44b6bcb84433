namespace Convergence.Tensors.Devices;

/// <summary>How sparsified task vectors are joined.</summary>
/// <param name="ElectSign">Whether a sign is elected as TIES does, or everything is added.</param>
/// <param name="Normalize">
/// Whether contributions are divided by the sum of the weights:
/// of those that won the election with <paramref name="ElectSign"/>, of all without.
/// </param>
/// <param name="Lambda">The factor of the merged task vector.</param>
/// <param name="SignOfZero">The sign that is elected where the weighted sum is exactly zero: +1 or -1.</param>
/// <param name="FirstIndex">
/// The index of the first element in the whole tensor, when a slice is merged: what ties and masks refer to.
/// </param>
public readonly record struct SparseMergeOptions(
    bool ElectSign, bool Normalize = false, double Lambda = 1, int SignOfZero = 1, long FirstIndex = 0);
