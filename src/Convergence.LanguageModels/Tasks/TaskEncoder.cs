using System.Collections.Immutable;
using System.Text;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Turns a task's examples into token sequences.</summary>
internal sealed class TaskEncoder(EvaluationTask task, ModelTokenizer model, int contextLength)
{
    private static readonly char[] WhiteSpace = [' ', '\t', '\r', '\n', '\f', '\v'];

    /// <summary>
    /// Perplexity: consecutive blocks that do not overlap, each after BOS; or one sequence per prompt, of which the completion counts.
    /// </summary>
    public ScoredSequences Blocks(List<TaskExample> examples)
    {
        var sequences = ImmutableArray.CreateBuilder<int[]>();
        var firstScored = new List<int>();
        foreach (var example in examples)
        {
            if (example.Expected is { } completion)
            {
                var (_, sequence, first) = Continue(example, completion);
                sequences.Add(sequence);
                firstScored.Add(first);
            }
            else
            {
                var tokens = example.Tokens ?? Tokenizer(example).Encode(example.Text, addSpecialTokens: false);
                AddBlocks(tokens, task.KeepsTail ?? example.Tokens is null, sequences, firstScored);
            }
        }

        return new ScoredSequences
        {
            Sequences = sequences.ToImmutable(),
            FirstScored = [.. firstScored],
            FirstOfExample = [.. Enumerable.Range(0, sequences.Count + 1)],
        };
    }

    /// <summary>Multiple choice and minimal pairs: one sequence per choice or sentence.</summary>
    public ScoredSequences Alternatives(List<TaskExample> examples)
    {
        var sequences = ImmutableArray.CreateBuilder<int[]>();
        var byteCounts = ImmutableArray.CreateBuilder<int>();
        var firstScored = new List<int>();
        var firstOfExample = new List<int>();
        foreach (var example in examples)
        {
            firstOfExample.Add(sequences.Count);
            var isPair = task.Kind == TaskKind.MinimalPairs;
            foreach (var choice in isPair ? [example.Text, example.Expected!] : example.Choices)
            {
                var (_, sequence, first) = isPair ? Sentence(example, choice) : Continue(example, choice);
                sequences.Add(sequence);
                firstScored.Add(first);
                byteCounts.Add(Encoding.UTF8.GetByteCount(choice));
            }
        }

        return new ScoredSequences
        {
            Sequences = sequences.ToImmutable(),
            FirstScored = [.. firstScored],
            FirstOfExample = [.. firstOfExample, sequences.Count],
            Answers = [.. examples.Select(example => example.Answer)],
            ByteCounts = byteCounts.ToImmutable(),
        };
    }

    /// <summary>Exact match.</summary>
    public CompletionExamples Completions(List<TaskExample> examples)
    {
        var prompts = ImmutableArray.CreateBuilder<int[]>(examples.Count);
        var drafts = ImmutableArray.CreateBuilder<int[]>(examples.Count);
        foreach (var example in examples)
        {
            var (prompt, sequence, first) = Continue(example, example.Expected!);
            prompts.Add(prompt);

            // Where the two merge across their border, the model meets the prompt's own tokens and the completion's own follow.
            var draft = first == prompt.Length ? sequence[first..] : Tokenizer(example).Encode(example.Expected!, addSpecialTokens: false);
            drafts.Add(draft[..Math.Min(draft.Length, contextLength - prompt.Length)]);
        }

        var tokenizer = Tokenizer(examples[0]);
        return new CompletionExamples
        {
            Sequences = [.. prompts.Zip(drafts, (prompt, draft) => (int[])[.. prompt, .. draft])],
            FirstPredicted = [.. prompts.Select(prompt => prompt.Length)],
            Prompts = prompts.MoveToImmutable(),
            Drafts = drafts.MoveToImmutable(),
            Expected = [.. examples.Select(example => Encoding.UTF8.GetBytes(example.Expected!.Trim(WhiteSpace)))],
            Rules = new CompletionRules(
                new TokenTexts(tokenizer), model.EndTokens, [.. task.Stop.Select(Encoding.UTF8.GetBytes)], task.MaxNewTokens),
        };
    }

    private void AddBlocks(int[] tokens, bool keepsTail, ImmutableArray<int[]>.Builder sequences, List<int> firstScored)
    {
        int[] prefix = (task.AddsBos ?? true) && model.BosToken is { } bos ? [bos] : [];
        var blockLength = task.BlockLength ?? Math.Min(contextLength, EvaluationTask.DefaultBlockLength);
        if (blockLength > contextLength)
        {
            throw new LanguageModelException(
                $"Task '{task.Name}': block_length is {blockLength}, but the model's context ends at {contextLength}. Lower block_length.");
        }

        var step = blockLength - prefix.Length;
        for (var start = 0; start < tokens.Length; start += step)
        {
            var length = Math.Min(step, tokens.Length - start);
            if ((length == step || keepsTail) && length + prefix.Length >= 2)
            {
                sequences.Add([.. prefix, .. tokens.AsSpan(start, length)]);
                firstScored.Add(1);
            }
        }
    }

    // A whole sentence counts, so BOS goes before it where the model has one.
    private (int[] Prompt, int[] Sequence, int FirstScored) Sentence(TaskExample example, string sentence)
    {
        var tokens = Tokenizer(example).Encode(sentence, addSpecialTokens: false);
        int[] sequence = (task.AddsBos ?? true) && model.BosToken is { } bos ? [bos, .. tokens] : tokens;
        return sequence.Length >= 2 ? ([], Fitting(example, sequence), 1) : throw TooShort(example);
    }

    // Prompt and completion are tokenised together, as a reader would meet them; what differs from the prompt alone counts.
    private (int[] Prompt, int[] Sequence, int FirstScored) Continue(TaskExample example, string completion)
    {
        var prompt = WithPrefix(example, example.Text);
        var sequence = WithPrefix(example, example.Text + completion);
        if (prompt.Length == 0)
        {
            // The first token of a completion without a prompt needs something to follow.
            var bos = model.BosToken ?? throw TooShort(example);
            prompt = [bos];
            sequence = [bos, .. sequence];
        }

        var common = sequence.AsSpan().CommonPrefixLength(prompt);
        var first = Math.Max(1, Math.Min(common, sequence.Length - 1));
        return sequence.Length >= 2 ? (prompt, Fitting(example, sequence), first) : throw TooShort(example);
    }

    private int[] WithPrefix(TaskExample example, string text)
    {
        var tokenizer = Tokenizer(example);
        int[] tokens = [.. tokenizer.PrefixTokens, .. tokenizer.Encode(text, addSpecialTokens: false)];
        var startsWithBos = tokens.Length > 0 && tokens[0] == model.BosToken;
        return task.AddsBos switch
        {
            true when !startsWithBos && model.BosToken is { } bos => [bos, .. tokens],
            false when startsWithBos => tokens[1..],
            _ => tokens,
        };
    }

    private int[] Fitting(TaskExample example, int[] sequence) => sequence.Length <= contextLength
        ? sequence
        : throw new LanguageModelException(
            $"{example.Place}: has {sequence.Length} tokens, but the model's context ends at {contextLength}. Shorten the example.");

    private Tokenizer Tokenizer(TaskExample example) =>
        model.Tokenizer ?? throw new LanguageModelException(
            $"{example.Place}: task '{task.Name}' has texts, but the model directory holds no tokenizer.json. "
            + "Add it, or use ready token ids.");

    private static LanguageModelException TooShort(TaskExample example) =>
        new($"{example.Place}: is too short: its first token has nothing to follow. Give a longer text, or a model with a BOS token.");
}
