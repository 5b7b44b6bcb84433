using System.Globalization;
using Convergence.Foundation.Text;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Residency;

/// <summary>
/// Shares a GPU's free memory out. Scoring comes first, then one candidate, then the parents, then more candidates at once: reading the
/// parents from the host costs more time than merging candidates one by one.
/// </summary>
internal static class MemoryPlanner
{
    /// <summary>Left alone: what the driver, cuBLAS and other programs take at any time, and what size classes waste.</summary>
    private const double SpareShare = 0.1;

    private const long LeastSpareByteCount = 64 << 20;

    public static DeviceMemoryPlan Plan(long freeByteCount, long totalByteCount, DeviceMemoryNeeds needs)
    {
        var spare = Math.Max(LeastSpareByteCount, (long)(freeByteCount * SpareShare));
        var usable = Math.Max(0, freeByteCount - spare - needs.ScoringByteCount);
        var afterCandidate = Math.Max(0, usable - needs.CandidateByteCount);
        var resident = Math.Min(needs.ParentByteCount, afterCandidate);
        var more = needs.CandidateByteCount == 0 ? 0 : (afterCandidate - resident) / needs.CandidateByteCount;
        var candidateCount = (int)Math.Clamp(1 + more, 1, Math.Max(1, needs.CandidateCount));
        var isTight = usable < needs.CandidateByteCount;
        return new DeviceMemoryPlan(
            resident,
            candidateCount * needs.CandidateByteCount,
            Describe(freeByteCount, totalByteCount, needs, resident, candidateCount, isTight));
    }

    private static string Describe(long free, long total, DeviceMemoryNeeds needs, long resident, int candidateCount, bool isTight)
    {
        var parents = resident == needs.ParentByteCount
            ? $"all {ByteSize.Format(resident)} of the parents' weights stay on the GPU"
            : resident == 0
                ? $"the parents' weights, {ByteSize.Format(needs.ParentByteCount)}, are uploaded for every merge"
                : $"{ByteSize.Format(resident)} of the parents' {ByteSize.Format(needs.ParentByteCount)} stay on the GPU, "
                    + "the rest is uploaded for every merge";
        var candidates = string.Create(
            CultureInfo.InvariantCulture,
            $"{candidateCount} {(candidateCount == 1 ? "candidate" : "candidates")} "
            + $"of {ByteSize.Format(needs.CandidateByteCount)} at once");
        return $"memory plan: {parents}; {candidates}; {ByteSize.Format(needs.ScoringByteCount)} for scoring; "
            + $"{ByteSize.Format(free)} of {ByteSize.Format(total)} are free"
            + (isTight ? ", which may not be enough: lower batch_tokens" : "");
    }
}
