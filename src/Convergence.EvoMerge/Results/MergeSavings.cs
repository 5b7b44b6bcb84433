namespace Convergence.EvoMerge.Results;

/// <summary>
/// What merging cost a run, and what it saved by merging candidates together and by keeping tensors that did not change. Counted
/// from the start of the process: a resumed run begins at zero.
/// </summary>
/// <param name="CandidateCount">Candidates that were merged.</param>
/// <param name="Seconds">Wall time of merging.</param>
/// <param name="TensorCount">Tensors of these candidates.</param>
/// <param name="TensorsKept">
/// Those of <paramref name="TensorCount"/> that were the same as in the candidate that had the memory before.
/// </param>
/// <param name="BytesRead">Bytes of the parents that were gone through.</param>
/// <param name="BytesReadAlone">What it would have been candidate by candidate, with every tensor made anew.</param>
public sealed record MergeSavings(
    int CandidateCount, double Seconds, long TensorCount, long TensorsKept, long BytesRead, long BytesReadAlone)
{
    /// <summary>Nothing merged yet.</summary>
    public static MergeSavings None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>The share of <see cref="TensorCount"/> that was kept, in [0, 1].</summary>
    public double KeptShare => TensorCount == 0 ? 0 : (double)TensorsKept / TensorCount;

    /// <summary>Both together.</summary>
    public MergeSavings Plus(MergeSavings other) => new(
        CandidateCount + other.CandidateCount,
        Seconds + other.Seconds,
        TensorCount + other.TensorCount,
        TensorsKept + other.TensorsKept,
        BytesRead + other.BytesRead,
        BytesReadAlone + other.BytesReadAlone);
}
