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
    public static DeviceMemoryPlan Plan(long freeByteCount, long totalByteCount, DeviceMemoryNeeds needs) =>
        Plan(freeByteCount, totalByteCount, needs, MemorySpare.Default);

    /// <summary>As the other, with another spare.</summary>
    public static DeviceMemoryPlan Plan(long freeByteCount, long totalByteCount, DeviceMemoryNeeds needs, MemorySpare left)
    {
        var spare = Math.Max(left.LeastByteCount, (long)(freeByteCount * left.Share));
        var usable = Math.Max(0, freeByteCount - spare - needs.SharedByteCount);
        var ofOne = needs.CandidateByteCount + needs.ScoringByteCount;
        var resident = Math.Min(needs.ParentByteCount, Math.Max(0, usable - ofOne));
        var together = Together(usable - resident, ofOne, needs);
        var ahead = Together(usable - resident, ofOne + needs.CandidateByteCount, needs);

        // Room for those that are merged ahead is taken where it costs no further pass over the scored text.
        var passes = PassCount(together, needs);
        var mergesAhead = passes > 1 && ahead > 0 && PassCount(ahead, needs) == passes;
        var count = mergesAhead ? ahead : Math.Max(1, together);
        return new DeviceMemoryPlan(
            resident,
            count * needs.CandidateByteCount,
            count,
            mergesAhead,
            usable - resident,
            Describe(freeByteCount, totalByteCount, needs, resident, count, mergesAhead)
            + (usable < ofOne ? ", which may not be enough: lower batch_tokens" : ""));
    }

    private static int Together(long byteCount, long ofEach, DeviceMemoryNeeds needs)
    {
        var most = Math.Clamp(needs.CandidateCount, 1, Math.Max(1, needs.MostTogether));
        return ofEach == 0 ? most : (int)Math.Clamp(byteCount / ofEach, 0, most);
    }

    private static int PassCount(int together, DeviceMemoryNeeds needs)
    {
        var count = Math.Max(1, together);
        return (needs.CandidateCount + count - 1) / count;
    }

    private static string Describe(
        long free, long total, DeviceMemoryNeeds needs, long resident, int candidateCount, bool mergesAhead)
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
        return $"memory plan: {parents}; {candidates}{(mergesAhead ? ", the next merged meanwhile" : "")}; "
            + $"{ByteSize.Format(scoring)} for scoring; {ByteSize.Format(free)} of {ByteSize.Format(total)} are free";
    }
}
