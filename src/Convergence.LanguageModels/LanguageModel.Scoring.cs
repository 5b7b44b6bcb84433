namespace Convergence.LanguageModels;

// What is computed in one pass over whole sequences: log-probabilities, predictions, logits.
public sealed partial class LanguageModel
{
    /// <summary>
    /// Log-probabilities in nats of a model alone: result[s][i] = log p(sequences[s][i + 1] | sequences[s][0 .. i]).
    /// </summary>
    public float[][] ScoreTokens(IReadOnlyList<int[]> sequences)
    {
        RequireOne();
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
    /// <param name="logProbabilities">
    /// As many as tokens are scored; of several members as many times so many, the first member's first.
    /// </param>
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
    /// <param name="tokens">
    /// Length - firstPredicted + 1 per sequence; of several members as many times so many, the first member's first.
    /// </param>
    /// <param name="cancellation">Ends the pass between two batches.</param>
    public void PredictTokens(
        IReadOnlyList<int[]> sequences, ReadOnlySpan<int> firstPredicted, Span<int> tokens, CancellationToken cancellation = default) =>
        RunEnds(sequences, firstPredicted, default, tokens, wantsScores: false, cancellation);

    /// <summary>
    /// All logits of one sequence, row by row: [length, vocabulary]; of several members the first member's first. For tests and
    /// inspection.
    /// </summary>
    public float[] Logits(ReadOnlySpan<int> tokens)
    {
        CheckSequence(tokens, tokens.Length, sequence: 0);
        _batch.Clear();
        _batch.Add(tokens, firstPosition: 0, firstKey: -1, firstOutput: 0);
        var workspace = RunBatch(cache: null, firstMember: 0, MemberCount);
        var columns = Shape.VocabularySize;
        var logits = new float[MemberCount * tokens.Length * columns];
        var capacity = OutputsAtOnce(MemberCount);
        for (var first = 0; first < tokens.Length; first += capacity)
        {
            var count = Math.Min(capacity, tokens.Length - first);
            ProjectLogits(first, count);
            for (var member = 0; member < MemberCount; member++)
            {
                var place = ((member * tokens.Length) + first) * columns;
                Device.Read(workspace.LogitRow(member * count, count), logits.AsSpan(place, count * columns));
            }
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
        ArgumentOutOfRangeException.ThrowIfNotEqual(wantsScores ? scores.Length : predictions.Length, resultCount * MemberCount);
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

            var place = new ResultPlace(resultCount, done, _batch.OutputCount);
            RunBatch(cache: null, firstMember: 0, MemberCount);
            if (wantsScores)
            {
                CollectTargets(sequences, first, firstOfBatch, next, place.Count);
                ReadScores(scores, place);
            }
            else
            {
                ReadPredictions(predictions, place);
            }

            done += place.Count;
        }
    }

    private void RequireOne()
    {
        if (MemberCount > 1)
        {
            throw new InvalidOperationException($"{Name}: {MemberCount} models are loaded side by side, and this is asked of one alone.");
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

    private void CollectTargets(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> first, int from, int to, int outputCount)
    {
        if (_scratch.Length < outputCount)
        {
            _scratch = new int[Math.Max(outputCount, _options.MaxBatchRows)];
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

    // Of several members, the logits of as many outputs of each are there together: their scores come in one piece and are dealt out.
    private void ReadScores(Span<float> scores, ResultPlace place)
    {
        var members = _batch.MemberCount;
        var capacity = OutputsAtOnce(members);
        for (var start = 0; start < place.Count; start += capacity)
        {
            var count = Math.Min(capacity, place.Count - start);
            var logits = ProjectLogits(start, count);
            if (members == 1)
            {
                Device.Transformer.LogProbabilities(logits, _scratch.AsSpan(start, count), scores.Slice(place.First + start, count));
                continue;
            }

            var targets = Room(ref _partTokens, members * count);
            var part = Room(ref _partScores, members * count);
            for (var member = 0; member < members; member++)
            {
                _scratch.AsSpan(start, count).CopyTo(targets[(member * count)..]);
            }

            Device.Transformer.LogProbabilities(logits, targets, part);
            place.Deal<float>(part, start, members, scores);
        }
    }

    private void ReadPredictions(Span<int> predictions, ResultPlace place)
    {
        var members = _batch.MemberCount;
        var capacity = OutputsAtOnce(members);
        for (var start = 0; start < place.Count; start += capacity)
        {
            var count = Math.Min(capacity, place.Count - start);
            var logits = ProjectLogits(start, count);
            if (members == 1)
            {
                Device.Transformer.ArgMax(logits, predictions.Slice(place.First + start, count));
                continue;
            }

            var part = Room(ref _partTokens, members * count);
            Device.Transformer.ArgMax(logits, part);
            place.Deal<int>(part, start, members, predictions);
        }
    }

    private static Span<T> Room<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
        {
            buffer = new T[count];
        }

        return buffer.AsSpan(0, count);
    }

    /// <summary>The likeliest token of every output row of the last batch, which went through one model.</summary>
    internal void ReadPredictions(Span<int> predictions) =>
        ReadPredictions(predictions, new ResultPlace(predictions.Length, First: 0, predictions.Length));

    /// <summary>Reads the logits of one output row of the last batch.</summary>
    internal void ReadLogits(int output, Span<float> logits)
    {
        ProjectLogits(output, 1);
        Device.Read(_workspace!.LogitRow(0), logits);
    }
}
