using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>What <see cref="LoraExtractor"/> makes.</summary>
public sealed record LoraExtractionOptions
{
    /// <summary>The rank of every factor pair at most, from 1. A matrix whose smaller side is shorter gets that.</summary>
    public required int Rank { get; init; }

    /// <summary>
    /// The share of each difference's energy (its squared Frobenius norm) that is enough, in (0, 1]:
    /// the rank is the smallest that reaches it, at most <see cref="Rank"/>. <see langword="null"/> keeps the whole rank.
    /// </summary>
    public double? Energy { get; init; }

    /// <summary>Parts of module names: only modules whose name contains one are extracted. Empty for all matrices of the layers.</summary>
    public ImmutableArray<string> Modules { get; init; } = [];

    /// <summary>Whether the embedding and an output head of its own are extracted too.</summary>
    public bool Embeddings { get; init; }

    /// <summary>Decides the random subspace that the decomposition starts from.</summary>
    public ulong Seed { get; init; }
}
