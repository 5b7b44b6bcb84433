namespace Convergence.Tensors.Devices;

/// <summary>What a search would keep on a device, in bytes.</summary>
/// <param name="ParentByteCount">The weights of all parents.</param>
/// <param name="CandidateByteCount">The weights of one candidate, the largest there may be.</param>
/// <param name="CandidateCount">Candidates of a generation, which are merged and scored together where there is room.</param>
/// <param name="MostTogether">Candidates that are merged and scored together at most, at least 1.</param>
/// <param name="ScoringByteCount">Packed weights and activations of one candidate that is scored.</param>
/// <param name="SharedByteCount">What is held however many candidates are scored together.</param>
public sealed record DeviceMemoryNeeds(
    long ParentByteCount, long CandidateByteCount, int CandidateCount, int MostTogether, long ScoringByteCount, long SharedByteCount);
