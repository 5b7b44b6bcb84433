using System.Numerics.Tensors;

namespace Convergence.LanguageModels.Generation;

/// <summary>Chooses the next token of every sequence of a batch, each as its own options say. Its buffers are reused.</summary>
internal sealed class TokenChooser(LanguageModel model)
{
    private readonly TokenSampler _sampler = new();
    private float[] _logits = [];
    private float[] _changed = [];

    /// <summary>Chooses from the logits of the model's last batch.</summary>
    /// <param name="sequences">Those of the batch, in its order.</param>
    /// <param name="chosen">One token per sequence.</param>
    public void Choose(List<GrowingSequence> sequences, Span<int> chosen)
    {
        if (sequences.Exists(sequence => sequence.Options.IsPlainGreedy))
        {
            model.ReadPredictions(chosen);
        }

        for (var row = 0; row < sequences.Count; row++)
        {
            if (!sequences[row].Options.IsPlainGreedy)
            {
                chosen[row] = ChooseFromLogits(row, sequences[row]);
            }
        }
    }

    private int ChooseFromLogits(int row, GrowingSequence sequence)
    {
        var options = sequence.Options;
        if (_logits.Length < model.Shape.VocabularySize)
        {
            _logits = new float[model.Shape.VocabularySize];
            _changed = new float[model.Shape.VocabularySize];
        }

        var logits = _logits.AsSpan(0, model.Shape.VocabularySize);
        model.ReadLogits(row, logits);
        var changed = options.ChangesLogits ? Change(logits, sequence) : logits;
        var token = options.Temperature == 0
            ? TensorPrimitives.IndexOfMax<float>(changed)
            : _sampler.Sample(changed, options, SamplingRandom.Uniform(options.Seed, sequence.Stream, sequence.Tokens.Count));
        if (options.TopLogProbabilities is { } count)
        {
            sequence.Pending = TokenLogProbabilities.Of(logits, token, Math.Min(count, logits.Length));
        }

        return token;
    }

    private Span<float> Change(ReadOnlySpan<float> logits, GrowingSequence sequence)
    {
        var options = sequence.Options;
        var changed = _changed.AsSpan(0, logits.Length);
        logits.CopyTo(changed);
        foreach (var (token, count) in sequence.Counts)
        {
            changed[token] -= (float)(options.PresencePenalty + (count * options.FrequencyPenalty));
        }

        foreach (var (token, bias) in options.LogitBias)
        {
            changed[token] += (float)bias;
        }

        return changed;
    }
}
