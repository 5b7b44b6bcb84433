namespace Convergence.Tensors.Devices;

/// <summary>At how many places a task vector changes something.</summary>
/// <param name="Alone">Places that no other model changes.</param>
/// <param name="Shared">Places that others change, too.</param>
public readonly record struct OverlapCounts(long Alone, long Shared);
