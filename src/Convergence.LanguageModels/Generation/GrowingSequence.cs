using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Convergence.LanguageModels.Generation;

/// <summary>A sequence that a <see cref="SequenceBatch"/> adds tokens to.</summary>
public sealed class GrowingSequence
{
    private readonly List<int> _tokens = [];
    // Made only where options ask for them: a search generates many thousand sequences.
    private readonly List<TokenLogProbabilities>? _logProbabilities;
    private readonly Dictionary<int, int>? _counts;

    internal GrowingSequence(int[] prompt, GenerationOptions options, int stream, int slot)
    {
        Prompt = prompt;
        Options = options;
        Stream = stream;
        Slot = slot;
        _logProbabilities = options.TopLogProbabilities is null ? null : [];
        _counts = options.CountsTokens ? [] : null;
    }

    /// <summary>What it continues.</summary>
    public ReadOnlySpan<int> PromptTokens => Prompt;

    /// <summary>How its tokens are chosen and when it ends.</summary>
    public GenerationOptions Options { get; }

    /// <summary>Which of its seed's streams of draws it samples by.</summary>
    public int Stream { get; }

    /// <summary>The tokens added so far, without a stop token; the last is the newest.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>One for each of <see cref="Tokens"/> where <see cref="GenerationOptions.TopLogProbabilities"/> asks for them.</summary>
    public IReadOnlyList<TokenLogProbabilities> LogProbabilities => _logProbabilities ?? (IReadOnlyList<TokenLogProbabilities>)[];

    /// <summary>Why it ended, or <see langword="null"/> while it grows.</summary>
    public FinishReason? Reason { get; internal set; }

    internal int[] Prompt { get; }

    internal int Slot { get; }

    /// <summary>Tokens whose keys and values are in the cache.</summary>
    internal int CachedCount { get; set; }

    /// <summary>How often each token was added; kept where a penalty needs it.</summary>
    internal IReadOnlyDictionary<int, int> Counts => _counts ?? (IReadOnlyDictionary<int, int>)ImmutableDictionary<int, int>.Empty;

    /// <summary>The log-probabilities at the place of the token that is about to be added.</summary>
    internal TokenLogProbabilities? Pending { get; set; }

    internal void Add(int token)
    {
        _tokens.Add(token);
        if (Pending is not null)
        {
            _logProbabilities?.Add(Pending);
        }

        if (_counts is not null)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, token, out _)++;
        }
    }
}
