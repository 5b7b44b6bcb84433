using System.Collections.Immutable;
using Convergence.LanguageModels.Generation;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// Decides which greedy completions are the expected ones. The expected completion serves as a draft: one pass over prompt and draft
/// gives the model's choice at every place, which is what greedy generation would produce as long as it follows the draft. A
/// completion that leaves the draft is wrong as soon as its text cannot become the expected one; the few that might, because the same
/// text has several tokenisations, are generated (compare arXiv 2211.17192).
/// </summary>
/// <param name="model">The model, or several side by side.</param>
/// <param name="examples">The prompts and what is expected.</param>
/// <param name="member">Whose completions are looked at.</param>
internal sealed class CompletionCheck(LanguageModel model, CompletionExamples examples, int member)
{
    private readonly CompletionRules _rules = examples.Rules;

    /// <summary>Tokens predicted or generated.</summary>
    public long TokenCount { get; private set; }

    /// <summary>After <see cref="GenerateAll"/>: completions that were cut off.</summary>
    public int TruncatedCount { get; private set; }

    /// <summary>Places of all drafts for which the model's choice is wanted.</summary>
    public static int PredictionCount(CompletionExamples examples) => examples.Drafts.Sum(draft => draft.Length + 1);

    /// <summary>1 for each completion that is the expected one, else 0; follows none further than needed.</summary>
    /// <param name="predictions">The model's choice at every place of all drafts.</param>
    /// <param name="cancellation">Ends the generation of what is undecided.</param>
    public ImmutableArray<double> Decide(ReadOnlySpan<int> predictions, CancellationToken cancellation)
    {
        TokenCount += predictions.Length;
        var right = new double[examples.Prompts.Length];
        var undecided = new List<int>();
        var first = 0;
        for (var index = 0; index < right.Length; index++)
        {
            var count = examples.Drafts[index].Length + 1;
            if (FollowDraft(index, predictions.Slice(first, count)) is { } decision)
            {
                right[index] = decision ? 1 : 0;
            }
            else
            {
                undecided.Add(index);
            }

            first += count;
        }

        Generate(undecided, right, completes: false, cancellation);
        return [.. right];
    }

    /// <summary>As <see cref="Decide"/>, by generating every completion to its end.</summary>
    public ImmutableArray<double> GenerateAll(CancellationToken cancellation)
    {
        var right = new double[examples.Prompts.Length];
        Generate([.. Enumerable.Range(0, right.Length)], right, completes: true, cancellation);
        return [.. right];
    }

    // Whether the completion is right, or null when it left the draft and might still be.
    private bool? FollowDraft(int index, ReadOnlySpan<int> predictions)
    {
        var draft = examples.Drafts[index];
        var text = new CompletionText(_rules, examples.Expected[index]);
        for (var place = 0; place < predictions.Length; place++)
        {
            var token = predictions[place];
            var isFull = text.TokenCount + 1 >= _rules.MaxNewTokens
                || examples.Prompts[index].Length + place >= model.Shape.MaxPositions;
            if (_rules.StopTokens.Contains(token) || text.Append(token) || isFull)
            {
                return text.IsExpected();
            }

            if (!text.MayBecomeExpected())
            {
                return false;
            }

            if (place == draft.Length || token != draft[place])
            {
                return null;
            }
        }

        return null;
    }

    private void Generate(List<int> chosen, double[] right, bool completes, CancellationToken cancellation)
    {
        if (chosen.Count == 0)
        {
            return;
        }

        var texts = chosen.ConvertAll(index => new CompletionText(_rules, examples.Expected[index]));
        var options = new GenerationOptions { MaxNewTokens = _rules.MaxNewTokens, StopTokens = _rules.StopTokens };
        var prompts = chosen.ConvertAll(index => examples.Prompts[index]);
        var generated = model.Generate(prompts, options, new Monitor(texts, completes), member, cancellation);
        for (var index = 0; index < generated.Length; index++)
        {
            right[chosen[index]] = texts[index].IsExpected() ? 1 : 0;
            TokenCount += generated[index].Tokens.Length;
            TruncatedCount += generated[index].Reason == FinishReason.Length ? 1 : 0;
        }
    }

    private sealed class Monitor(List<CompletionText> texts, bool completes) : IGenerationMonitor
    {
        public bool EndsAfter(int sequence, int token) =>
            texts[sequence].Append(token) || (!completes && !texts[sequence].MayBecomeExpected());
    }
}
