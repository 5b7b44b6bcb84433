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

    /// <summary>Taken off the logit of every token that the sequence has added already, once; in [-2, 2], default 0.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>
    /// Taken off the logit of a token as often as the sequence has added it already; in [-2, 2], default 0. As OpenAI's API defines it.
    /// </summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of these tokens, each in [-100, 100]; none by default.</summary>
    public ImmutableDictionary<int, double> LogitBias { get; init; } = ImmutableDictionary<int, double>.Empty;

    /// <summary>
    /// How many of the likeliest tokens are kept with every token, in [0, 20], with their log-probabilities;
    /// <see langword="null"/>, the default, keeps none and not the chosen token's own either.
    /// </summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>Tokens that end a sequence; they are not part of it.</summary>
    public ImmutableArray<int> StopTokens { get; init; } = [];

    /// <summary>Whether the likeliest token is wanted and nothing else, so that logits need not leave the device.</summary>
    internal bool IsPlainGreedy => Temperature == 0 && TopLogProbabilities is null && !ChangesLogits;

    internal bool ChangesLogits => CountsTokens || !LogitBias.IsEmpty;

    internal bool CountsTokens => PresencePenalty != 0 || FrequencyPenalty != 0;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Temperature);
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TopP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TopP, 1);
        ThrowIfBeyond(PresencePenalty, 2, nameof(PresencePenalty));
        ThrowIfBeyond(FrequencyPenalty, 2, nameof(FrequencyPenalty));
        ArgumentOutOfRangeException.ThrowIfNegative(TopLogProbabilities ?? 0, nameof(TopLogProbabilities));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TopLogProbabilities ?? 0, 20, nameof(TopLogProbabilities));
        foreach (var (token, bias) in LogitBias)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token, nameof(LogitBias));
            ThrowIfBeyond(bias, 100, nameof(LogitBias));
        }
    }

    // NaN is outside every range.
    private static void ThrowIfBeyond(double value, double limit, string name)
    {
        if (!(Math.Abs(value) <= limit))
        {
            throw new ArgumentOutOfRangeException(name, value, $"Outside [-{limit}, {limit}].");
        }
    }
}
