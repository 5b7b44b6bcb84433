namespace Convergence.Tensors.Devices;

/// <summary>How TIES and DARE-TIES settle a conflict of signs.</summary>
/// <param name="Lambda">The factor of the merged task vector.</param>
/// <param name="Normalize">Whether the agreeing contributions are divided by the sum of their weights (the disjoint mean).</param>
/// <param name="SignOfZero">The sign that is elected where the weighted sum is exactly zero: +1 or -1.</param>
/// <param name="FirstIndex">The index of the first element in the whole tensor, when a slice is merged: what tie indices refer to.</param>
public readonly record struct TiesOptions(double Lambda = 1, bool Normalize = true, int SignOfZero = 1, long FirstIndex = 0);
