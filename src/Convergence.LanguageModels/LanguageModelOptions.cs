namespace Convergence.LanguageModels;

/// <summary>How a model computes. The defaults suit models of up to a few hundred million parameters.</summary>
public sealed record LanguageModelOptions
{
    /// <summary>Tokens of a model that go through the layers together, at least 1; default 2048. A longer sequence goes alone.</summary>
    public int MaxBatchRows { get; init; } = 2048;

    /// <summary>Logits that are held at once, at least 1; default 16 Mi (64 MiB). At least one row is always held.</summary>
    public int MaxBatchLogits { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Models of one configuration that go through the layers together, at least 1; default 1. Weights and activations take as many times
    /// the memory, the logits that are held at once do not.
    /// </summary>
    public int MaxMembers { get; init; } = 1;

    /// <summary>Sequences that are generated together, at least 1; default 64. Others wait for a place.</summary>
    public int MaxGenerationSlots { get; init; } = 64;

    /// <summary>Whether weights that are NaN or infinite are refused when they are loaded; default true.</summary>
    public bool RefuseNonFiniteWeights { get; init; } = true;
}
