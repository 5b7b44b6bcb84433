using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>What a merge to files did.</summary>
/// <param name="Report">The merge. Bytes and tensors are those of the whole output; the time is that of this attempt.</param>
/// <param name="Shards">The weight files, in the order of their numbers.</param>
/// <param name="ReusedShardCount">Those of <paramref name="Shards"/> that an interrupted attempt had finished.</param>
/// <param name="Discarded">
/// Why an interrupted attempt's files were not used; <see langword="null"/> when there were none or they were.
/// </param>
public sealed record StreamedMergeResult(MergeReport Report, ImmutableArray<FileDigest> Shards, int ReusedShardCount, string? Discarded);
