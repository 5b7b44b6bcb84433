namespace Convergence.Merging;

/// <summary>How far a merge to files is, or a comparison of models, which has one file and reuses nothing.</summary>
/// <param name="DoneByteCount">
/// Bytes of output tensors that are merged, or of tensors that are compared; those of earlier attempts included.
/// </param>
/// <param name="TotalByteCount">Bytes of all such tensors.</param>
/// <param name="ReusedByteCount">Those of <paramref name="DoneByteCount"/> that an earlier attempt made.</param>
/// <param name="ShardNumber">The weight file that is being made, from 1.</param>
/// <param name="ShardCount">Weight files in all.</param>
public readonly record struct MergeProgress(long DoneByteCount, long TotalByteCount, long ReusedByteCount, int ShardNumber, int ShardCount);
