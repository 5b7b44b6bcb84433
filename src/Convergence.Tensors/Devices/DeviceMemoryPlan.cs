namespace Convergence.Tensors.Devices;

/// <summary>How a device's memory is shared out.</summary>
/// <param name="ResidentByteCount">What is kept of the parents' weights; the rest is uploaded whenever it is read.</param>
/// <param name="CandidatesByteCount">What candidates may take up that are scored together; at least one is held.</param>
/// <param name="CandidateCount">Candidates that are merged and scored together, at least 1.</param>
/// <param name="MergesAhead">Whether there is room for as many candidates again, which are merged while the first are scored.</param>
/// <param name="UsableByteCount">What may be used beside the resident weights: candidates, and what scores them.</param>
/// <param name="Line">The plan in one line, for people.</param>
public sealed record DeviceMemoryPlan(
    long ResidentByteCount, long CandidatesByteCount, int CandidateCount, bool MergesAhead, long UsableByteCount, string Line);
