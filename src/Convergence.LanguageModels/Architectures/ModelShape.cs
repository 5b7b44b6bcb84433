namespace Convergence.LanguageModels.Architectures;

/// <summary>The extents of a decoder-only transformer, and what follows from them.</summary>
public sealed record ModelShape
{
    /// <summary>The name in <c>config.json</c>, for example <c>LlamaForCausalLM</c>.</summary>
    public required string Architecture { get; init; }

    public required int LayerCount { get; init; }

    /// <summary>Features of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Features inside the feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    public required int HeadCount { get; init; }

    public required int KeyValueHeadCount { get; init; }

    public required int HeadSize { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>The longest sequence, in tokens.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Whether the output head is the embedding table.</summary>
    public required bool HasTiedHead { get; init; }

    /// <summary>Whether the feed-forward block is gated (SwiGLU) and so has three matrices instead of two.</summary>
    public required bool HasGatedMlp { get; init; }

    /// <summary>Learned numbers, biases included; a tied head counts once.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>
    /// Multiply-adds of the matrix products for one token that attends to <paramref name="contextLength"/> tokens, itself included,
    /// and whose logits are computed when <paramref name="withLogits"/>.
    /// </summary>
    public long CountedOperations(int contextLength, bool withLogits = true) =>
        (LayerCount * (ProjectionOperations + (AttentionOperationsPerKey * contextLength))) + (withLogits ? HeadOperations : 0);

    /// <summary>
    /// Multiply-adds of one causal pass over a sequence of <paramref name="length"/> tokens of which the logits of
    /// <paramref name="logitCount"/> are computed.
    /// </summary>
    public long CountedSequenceOperations(int length, int logitCount) =>
        (LayerCount * ((ProjectionOperations * length) + (AttentionOperationsPerKey * length * (length + 1) / 2)))
        + (HeadOperations * logitCount);

    private long ProjectionOperations =>
        ((long)HiddenSize * HeadSize * ((2 * HeadCount) + (2 * KeyValueHeadCount)))
        + ((HasGatedMlp ? 3L : 2L) * HiddenSize * IntermediateSize);

    // Query times key, and weight times value.
    private long AttentionOperationsPerKey => 2L * HeadCount * HeadSize;

    private long HeadOperations => (long)HiddenSize * VocabularySize;
}
