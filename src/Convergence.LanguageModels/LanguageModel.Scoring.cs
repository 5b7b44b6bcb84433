using Convergence.LanguageModels.Architectures;

namespace Convergence.LanguageModels;

// What is computed in one pass over whole sequences: log-probabilities, predictions, logits.
public sealed partial class LanguageModel
{
    /// <summary>Log-probabilities in nats: result[s][i] = log p(sequences[s][i + 1] | sequences[s][0 .. i]).</summary>
    public float[][] ScoreTokens(IReadOnlyList<int[]> sequences)
    {
        var firstScored = new int[sequences.Count];
        Array.Fill(firstScored, 1);
        var flat = new float[sequences.Sum(sequence => Math.Max(0, sequence.Length - 1))];
        ScoreTokens(sequences, firstScored, flat);
        var result = new float[sequences.Count][];
        var start = 0;
        for (var index = 0; index < result.Length; index++)
        {
            var count = Math.Max(0, sequences[index].Length - 1);
            result[index] = flat[start..(start + count)];
            start += count;
        }

        return result;
    }

    /// <summary>
    /// Log-probabilities, in nats, of the ends of sequences: for each sequence s, one after another, those of its tokens from index
    /// <paramref name="firstScored"/>[s] on, given all tokens before each. Only their rows go through the output head.
    /// </summary>
    /// <param name="sequences">Token ids; lengths may differ.</param>
    /// <param name="firstScored">Per sequence an index in [1, length]; at length nothing is scored.</param>
    /// <param name="logProbabilities">As many as tokens are scored.</param>
    /// <param name="cancellation">Ends the scoring between two batches.</param>
    /// <exception cref="LanguageModelException">
    /// A sequence is longer than the model's context, or a token is outside its vocabulary.
    /// </exception>
    public void ScoreTokens(
        IReadOnlyList<int[]> sequences,
        ReadOnlySpan<int> firstScored,
        Span<float> logProbabilities,
        CancellationToken cancellation = default) =>
        RunEnds(sequences, firstScored, logProbabilities, default, wantsScores: true, cancellation);

    /// <summary>
    /// The token that the model holds likeliest at each place of the ends of sequences: for sequence s, one after another, its
    /// prediction of index i given all tokens before i, for i from <paramref name="firstPredicted"/>[s] up to and including the
    /// sequence's length.
    /// </summary>
    /// <param name="sequences">Token ids; lengths may differ.</param>
    /// <param name="firstPredicted">Per sequence an index in [1, length].</param>
    /// <param name="tokens">Length - firstPredicted + 1 per sequence.</param>
    /// <param name="cancellation">Ends the pass between two batches.</param>
    public void PredictTokens(
        IReadOnlyList<int[]> sequences, ReadOnlySpan<int> firstPredicted, Span<int> tokens, CancellationToken cancellation = default) =>
        RunEnds(sequences, firstPredicted, default, tokens, wantsScores: false, cancellation);

    /// <summary>All logits of one sequence, row by row: [length, vocabulary]. For tests and inspection.</summary>
    public float[] Logits(ReadOnlySpan<int> tokens)
    {
        CheckSequence(tokens, tokens.Length, sequence: 0);
        _batch.Clear();
        _batch.Add(tokens, firstPosition: 0, firstKey: -1, firstOutput: 0);
        var workspace = RunBatch(cache: null);
        var logits = new float[tokens.Length * Shape.VocabularySize];
        for (var first = 0; first < tokens.Length; first += workspace.LogitRowCapacity)
        {
            var count = Math.Min(workspace.LogitRowCapacity, tokens.Length - first);
            ForwardPass.ProjectLogits(Device, _architecture, workspace, first, count);
            Device.Read(workspace.LogitRow(0, count), logits.AsSpan(first * Shape.VocabularySize, count * Shape.VocabularySize));
        }

        return logits;
    }

    private void RunEnds(
        IReadOnlyList<int[]> sequences,
        ReadOnlySpan<int> first,
        Span<float> scores,
        Span<int> predictions,
        bool wantsScores,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(first.Length, sequences.Count);
        var resultCount = CountResults(sequences, first, wantsScores);
        ArgumentOutOfRangeException.ThrowIfNotEqual(wantsScores ? scores.Length : predictions.Length, resultCount);
        var done = 0;
        var next = 0;
        while (next < sequences.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            var firstOfBatch = next;
            next = FillBatch(sequences, first, wantsScores, next);
            if (_batch.OutputCount == 0)
            {
                continue;
            }

            RunBatch(cache: null);
            if (wantsScores)
            {
                CollectTargets(sequences, first, firstOfBatch, next);
                ReadScores(scores.Slice(done, _batch.OutputCount));
            }
            else
            {
                ReadPredictions(predictions.Slice(done, _batch.OutputCount));
            }

            done += _batch.OutputCount;
        }
    }

    private int CountResults(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> first, bool wantsScores)
    {
        var count = 0;
        for (var index = 0; index < sequences.Count; index++)
        {
            var length = sequences[index].Length;
            if (length == 0 && wantsScores)
            {
                continue;
            }

            ArgumentOutOfRangeException.ThrowIfLessThan(first[index], 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(first[index], length);
            CheckSequence(sequences[index], length, index);
            count = checked(count + length - first[index] + (wantsScores ? 0 : 1));
        }

        return count;
    }

    // Scoring never reads what follows the last token, so that token is not run.
    private int FillBatch(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> first, bool wantsScores, int next)
    {
        _batch.Clear();
        while (next < sequences.Count)
        {
            var sequence = sequences[next];
            var length = wantsScores ? sequence.Length - 1 : sequence.Length;
            if (length <= 0 || first[next] > length)
            {
                next++;
                continue;
            }

            if (_batch.RowCount > 0 && _batch.RowCount + length > _options.MaxBatchRows)
            {
                break;
            }

            _batch.Add(sequence.AsSpan(0, length), firstPosition: 0, firstKey: -1, firstOutput: first[next] - 1);
            next++;
        }

        return next;
    }

    private void CollectTargets(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> first, int from, int to)
    {
        if (_scratch.Length < _batch.OutputCount)
        {
            _scratch = new int[Math.Max(_batch.OutputCount, _options.MaxBatchRows)];
        }

        var count = 0;
        for (var index = from; index < to; index++)
        {
            if (sequences[index].Length > first[index])
            {
                var targets = sequences[index].AsSpan(first[index]);
                targets.CopyTo(_scratch.AsSpan(count));
                count += targets.Length;
            }
        }
    }

    private void ReadScores(Span<float> scores)
    {
        var capacity = _workspace!.LogitRowCapacity;
        for (var start = 0; start < scores.Length; start += capacity)
        {
            var count = Math.Min(capacity, scores.Length - start);
            var logits = ProjectLogits(start, count);
            Device.Transformer.LogProbabilities(logits, _scratch.AsSpan(start, count), scores.Slice(start, count));
        }
    }

    internal void ReadPredictions(Span<int> predictions)
    {
        var capacity = _workspace!.LogitRowCapacity;
        for (var start = 0; start < predictions.Length; start += capacity)
        {
            var count = Math.Min(capacity, predictions.Length - start);
            Device.Transformer.ArgMax(ProjectLogits(start, count), predictions.Slice(start, count));
        }
    }

    /// <summary>Reads the logits of one output row of the last batch.</summary>
    internal void ReadLogits(int output, Span<float> logits)
    {
        ProjectLogits(output, 1);
        Device.Read(_workspace!.LogitRow(0), logits);
    }
}
