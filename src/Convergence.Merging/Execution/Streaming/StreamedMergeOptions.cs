namespace Convergence.Merging;

/// <summary>How a merge is written to files.</summary>
public sealed record StreamedMergeOptions
{
    /// <summary>5 GB, as Hugging Face tools split models.</summary>
    public const long DefaultShardByteCount = 5_000_000_000;

    /// <summary>The most bytes of tensors in one weight file; at least 1. A larger tensor gets a file of its own.</summary>
    public long ShardByteCount { get; init; } = DefaultShardByteCount;

    /// <summary>
    /// The most memory to use, in bytes, besides the parents' mapped files; <see langword="null"/> means a quarter of the machine's.
    /// Less than the merge needs is refused.
    /// </summary>
    public long? MemoryByteCount { get; init; }

    /// <summary>Whether to throw away what an interrupted merge of the same output left, instead of going on with it.</summary>
    public bool Restart { get; init; }

    /// <summary>Markdown for the model card besides lineage and licences; none by default.</summary>
    public string? CardNotes { get; init; }
}
