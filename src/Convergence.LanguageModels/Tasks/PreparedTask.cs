using System.Collections.Immutable;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// A task whose examples are read, selected and tokenised, ready to be put to any number of models with that tokenizer.
/// Immutable; models on different threads may share it.
/// </summary>
public sealed class PreparedTask
{
    private PreparedTask(EvaluationTask task, ScoredSequences? scored, CompletionExamples? completions)
    {
        Task = task;
        Scored = scored;
        Completions = completions;
        ExampleDigests = scored is null ? ExampleDigest.Of(completions!) : ExampleDigest.Of(scored);
    }

    public EvaluationTask Task { get; }

    /// <summary>Examples; blocks for perplexity.</summary>
    public int ExampleCount => Scored?.ExampleCount ?? Completions!.Prompts.Length;

    /// <summary>
    /// A hash of each example's tokens, in the task's order: equal for examples with equal content,
    /// in whatever file and kind of task. A prompt with its completion counts as one text.
    /// </summary>
    public ImmutableArray<string> ExampleDigests { get; }

    /// <summary>Tokens that are scored, or that the expected completions have.</summary>
    public long TokenCount => Scored?.TokenCount ?? Completions!.Drafts.Sum(draft => (long)draft.Length);

    /// <summary>
    /// The most tokens that a key-value cache holds while the task's completions are generated; 0 where none are.
    /// </summary>
    /// <param name="slotCount">Completions that are generated together.</param>
    /// <param name="contextLength">The longest that one may become.</param>
    public long GeneratedTokenCount(int slotCount, int contextLength) => Completions is { } completions
        ? Math.Min(slotCount, completions.Prompts.Length)
            * Math.Min(contextLength, completions.Prompts.Max(prompt => (long)prompt.Length) + completions.Rules.MaxNewTokens)
        : 0;

    /// <summary>The sequences of tasks by likelihood.</summary>
    internal ScoredSequences? Scored { get; }

    /// <summary>The prompts and completions of exact match.</summary>
    internal CompletionExamples? Completions { get; }

    /// <summary>Reads and tokenises a task's data.</summary>
    /// <param name="task">The task.</param>
    /// <param name="tokenizer">The models' tokenizer.</param>
    /// <param name="contextLength">The longest sequence that the models take.</param>
    /// <exception cref="ConvergenceException">
    /// The data cannot be read, an example does not fit the context, or the model has no tokenizer.
    /// </exception>
    public static PreparedTask Prepare(EvaluationTask task, ModelTokenizer tokenizer, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        var all = TaskDataReader.Read(task);
        var encoder = new TaskEncoder(task, tokenizer, contextLength);

        // A text or a stream of tokens is one example until it is cut into blocks; then the blocks are what is selected.
        if (task.Kind == TaskKind.Perplexity)
        {
            var blocks = encoder.Blocks(all);
            return new PreparedTask(task, Select(task, blocks), completions: null);
        }

        var examples = ExampleSelection.Select(task, all.Count).Select(index => all[index]).ToList();
        RequireAny(task, examples.Count);
        return task.Kind == TaskKind.ExactMatch
            ? new PreparedTask(task, scored: null, encoder.Completions(examples))
            : new PreparedTask(task, encoder.Alternatives(examples), completions: null);
    }

    private static ScoredSequences Select(EvaluationTask task, ScoredSequences blocks)
    {
        var selected = ExampleSelection.Select(task, blocks.ExampleCount);
        RequireAny(task, selected.Length);
        return blocks with
        {
            Sequences = [.. selected.Select(index => blocks.Sequences[index])],
            FirstScored = [.. selected.Select(index => blocks.FirstScored[index])],
            FirstOfExample = [.. Enumerable.Range(0, selected.Length + 1)],
        };
    }

    private static void RequireAny(EvaluationTask task, int count)
    {
        if (count == 0)
        {
            throw new LanguageModelException(
                $"Task '{task.Name}': nothing of {task.DataPath} is left to score. "
                + "Raise the limit or the split's share, shorten block_length, or keep the tail.");
        }
    }
}
