using System.Globalization;
using Convergence.Foundation.Text;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Residency;

/// <summary>
/// Shares a GPU's free memory out. Scoring one candidate comes first, then its own weights, then the parents, then more candidates that
/// are merged and scored together: reading the parents from the host costs more time than taking candidates one by one.
/// </summary>
internal static class MemoryPlanner
{
    /// <summary>Left alone: what the driver, cuBLAS and other programs take at any time, and what size classes waste.</summary>
    private const double SpareShare = 0.1;

    private const long LeastSpareByteCount = 64 << 20;

    public static DeviceMemoryPlan Plan(long freeByteCount, long totalByteCount, DeviceMemoryNeeds needs)
    {
        var spare = Math.Max(LeastSpareByteCount, (long)(freeByteCount * SpareShare));
        var usable = Math.Max(0, freeByteCount - spare - needs.SharedByteCount);
        var ofOne = needs.CandidateByteCount + needs.ScoringByteCount;
        var afterOne = Math.Max(0, usable - ofOne);
        var resident = Math.Min(needs.ParentByteCount, afterOne);
        var more = ofOne == 0 ? 0 : (afterOne - resident) / ofOne;
        var candidateCount = (int)Math.Clamp(1 + more, 1, Math.Max(1, needs.CandidateCount));
        return new DeviceMemoryPlan(
            resident,
            candidateCount * needs.CandidateByteCount,
            candidateCount,
            usable - resident,
            Describe(freeByteCount, totalByteCount, needs, resident, candidateCount, isTight: usable < ofOne));
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
            + $"of {ByteSize.Format(needs.CandidateByteCount)} {(candidateCount == 1 ? "at once" : "merged and scored together")}");
        var scoring = needs.SharedByteCount + (candidateCount * needs.ScoringByteCount);
        return $"memory plan: {parents}; {candidates}; {ByteSize.Format(scoring)} for scoring; "
            + $"{ByteSize.Format(free)} of {ByteSize.Format(total)} are free"
            + (isTight ? ", which may not be enough: lower batch_tokens" : "");
    }
}
