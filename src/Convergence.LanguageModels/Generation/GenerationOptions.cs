using System.Collections.Immutable;

namespace Convergence.LanguageModels.Generation;

/// <summary>How tokens are chosen and when a sequence ends.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to add, at least 1; default 64. The model's context may end a sequence earlier.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>0, the default, always takes the likeliest token; above it logits are divided by this before sampling.</summary>
    public double Temperature { get; init; }

    /// <summary>Samples from this many likeliest tokens; 0, the default, from all.</summary>
    public int TopK { get; init; }

    /// <summary>Samples from the likeliest tokens that together have this probability, in (0, 1]; default 1 (arXiv 1904.09751).</summary>
    public double TopP { get; init; } = 1;

    /// <summary>What sampled sequences follow from, together with their index among the prompts.</summary>
    public ulong Seed { get; init; }

    /// <summary>Tokens that end a sequence; they are not part of it.</summary>
    public ImmutableArray<int> StopTokens { get; init; } = [];

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Temperature);
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TopP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TopP, 1);
    }
}
