using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// One task as a task file defines it, resolved and checked. Immutable. The formats of its data are in docs/formats/tasks.md.
/// </summary>
public sealed record EvaluationTask
{
    /// <summary>The name that reports use.</summary>
    public required string Name { get; init; }

    public required TaskKind Kind { get; init; }

    /// <summary>The data file.</summary>
    public required string DataPath { get; init; }

    /// <summary>The score that counts: one of <see cref="TaskMetrics.Of"/>; the first of them by default.</summary>
    public required string Metric { get; init; }

    /// <summary>At most this many examples, drawn by <see cref="Seed"/>; <see langword="null"/> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>What a limited subset and a split follow from; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The share of the examples that this task may use, or <see langword="null"/> for all.</summary>
    public TaskSplit? Split { get; init; }

    /// <summary>
    /// Perplexity: tokens of a block, its leading BOS included, at least 2; <see langword="null"/> for the model's context but at most
    /// <see cref="DefaultBlockLength"/>.
    /// </summary>
    public int? BlockLength { get; init; }

    /// <summary>
    /// Perplexity: whether an incomplete last block counts;
    /// <see langword="null"/> means it does for texts and does not for ready token ids.
    /// </summary>
    public bool? KeepsTail { get; init; }

    /// <summary>
    /// Whether sequences start with BOS; <see langword="null"/> means always where the first token needs a predecessor (perplexity,
    /// minimal pairs), and as the tokenizer's template says for prompts.
    /// </summary>
    public bool? AddsBos { get; init; }

    /// <summary>Exact match: the most tokens of a completion; default 64.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>Exact match: texts that end a completion, beside the model's end tokens; default a newline.</summary>
    public ImmutableArray<string> Stop { get; init; } = ["\n"];

    /// <summary>The longest default block, in tokens.</summary>
    public const int DefaultBlockLength = 256;
}
