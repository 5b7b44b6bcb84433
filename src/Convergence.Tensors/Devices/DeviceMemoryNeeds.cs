namespace Convergence.Tensors.Devices;

/// <summary>What a search would keep on a device, in bytes.</summary>
/// <param name="ParentByteCount">The weights of all parents.</param>
/// <param name="CandidateByteCount">The weights of one candidate, the largest there may be.</param>
/// <param name="CandidateCount">Candidates of a generation, which are merged together where there is room.</param>
/// <param name="ScoringByteCount">Packed weights and activations of the model that is scored.</param>
public sealed record DeviceMemoryNeeds(long ParentByteCount, long CandidateByteCount, int CandidateCount, long ScoringByteCount);
