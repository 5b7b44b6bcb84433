using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>What merging several recipes together did and saved.</summary>
public sealed record GenerationReport
{
    /// <summary>One per job, in the order of jobs.</summary>
    public required ImmutableArray<MergeReport> Merges { get; init; }

    /// <summary>Bytes of parents' tensors that were gone through, each counted once for all merges that shared the reading.</summary>
    public required long BytesRead { get; init; }

    /// <summary>What the same merges would have gone through one after another, with every tensor made anew.</summary>
    public required long BytesReadAlone { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Tensors of the merged models, all jobs together.</summary>
    public int TensorCount => Merges.Sum(merge => merge.TensorCount);

    /// <summary>Those of <see cref="TensorCount"/> that were already there and not made again.</summary>
    public int TensorsKept => Merges.Sum(merge => merge.TensorsKept);
}
