using System.Text.Json.Nodes;
using Convergence.LanguageModels.Architectures;
using Convergence.LanguageModels.Generation;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels;

/// <summary>
/// A language model on a device: scores token sequences and continues them. It owns its weights and activations, so the source
/// it was loaded from may be disposed or overwritten. Not thread-safe; one model per device at a time.
/// </summary>
/// <remarks>
/// Results do not depend on which sequences share a batch. Buffers are allocated once and reused by every call and by
/// <see cref="Reload"/>; a call in the steady state allocates only what it returns.
/// </remarks>
public sealed class LanguageModel : IDisposable
{
    private readonly LanguageModelOptions _options;
    private readonly TokenBatch _batch = new();
    private readonly Generator _generator;
    private Architecture _architecture;
    private Workspace? _workspace;
    private int[] _scratch = [];

    private LanguageModel(ComputeDevice device, Architecture architecture, string name, LanguageModelOptions options)
    {
        Device = device;
        Name = name;
        _architecture = architecture;
        _options = options;
        _generator = new Generator(this);
    }

    public ComputeDevice Device { get; }

    /// <summary>What error messages call this model.</summary>
    public string Name { get; }

    public ModelShape Shape => _architecture.Shape;

    /// <summary>Bytes of weights on the device: matrices and vectors as F32, the embedding table as it was stored.</summary>
    public long WeightByteCount => _architecture.WeightByteCount;

    internal LanguageModelOptions Options => _options;

    /// <summary>Loads a model.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="config">The content of <c>config.json</c>.</param>
    /// <param name="weights">The tensors, under the names of a Hugging Face checkpoint; more than are needed may be there.</param>
    /// <param name="modelName">What error messages call the model: its path, or <c>candidate 12</c>.</param>
    /// <param name="options">Batch sizes; <see langword="null"/> for the defaults.</param>
    /// <exception cref="LanguageModelException">
    /// The architecture or an option of it is not supported, or a tensor is missing, misshapen, without arithmetic or not finite.
    /// </exception>
    public static LanguageModel Load(
        ComputeDevice device, JsonObject config, ITensorSource weights, string modelName, LanguageModelOptions? options = null)
    {
        options ??= new LanguageModelOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatchRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatchLogits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxGenerationSlots, 1);
        var architecture = ArchitectureLoader.Load(
            device,
            new ConfigReader(config, modelName),
            new WeightReader(device, weights, modelName),
            options.RefuseNonFiniteWeights,
            reuse: null);
        return new LanguageModel(device, architecture, modelName, options);
    }

    /// <summary>
    /// Takes other weights, for the next candidate. Buffers are reused where the extents agree (depth may differ); otherwise all are
    /// made anew. After an exception the model must be reloaded before it is used again.
    /// </summary>
    /// <exception cref="LanguageModelException">As for <see cref="Load"/>.</exception>
    public void Reload(JsonObject config, ITensorSource weights)
    {
        var loaded = ArchitectureLoader.Load(
            Device,
            new ConfigReader(config, Name),
            new WeightReader(Device, weights, Name),
            _options.RefuseNonFiniteWeights,
            _architecture);
        if (!ReferenceEquals(loaded, _architecture))
        {
            _architecture.Dispose();
            _workspace?.Dispose();
            _workspace = null;
            _architecture = loaded;
        }

        _generator.ForgetCache();
    }

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
    /// <exception cref="LanguageModelException">A sequence is longer than the model's context, or a token is outside its vocabulary.</exception>
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

    /// <summary>Continues prompts, many at a time, with a key-value cache.</summary>
    /// <param name="prompts">Token ids, at least one each.</param>
    /// <param name="options">How tokens are chosen and when a sequence ends.</param>
    /// <param name="cancellation">Ends the generation between two steps.</param>
    /// <returns>One continuation per prompt, in the prompts' order; the same whatever shares the batch.</returns>
    public GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, CancellationToken cancellation = default) =>
        _generator.Generate(prompts, options, monitor: null, cancellation);

    /// <summary>As above, with a watcher that may end a sequence after any of its tokens.</summary>
    internal GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, IGenerationMonitor? monitor, CancellationToken cancellation) =>
        _generator.Generate(prompts, options, monitor, cancellation);

    public void Dispose()
    {
        _generator.ForgetCache();
        _workspace?.Dispose();
        _architecture.Dispose();
    }

    internal TokenBatch Batch => _batch;

    internal KeyValueCache CreateCache(int slotCount, int slotCapacity) => new(Device, _architecture, slotCount, slotCapacity);

    internal Workspace RunBatch(KeyValueCache? cache)
    {
        EnsureWorkspace(_batch.RowCount);
        ForwardPass.Run(Device, _architecture, _batch, _workspace!, cache);
        return _workspace!;
    }

    internal MatrixView ProjectLogits(int firstOutput, int count) =>
        ForwardPass.ProjectLogits(Device, _architecture, _workspace!, firstOutput, count);

    /// <summary>Checks what the kernels rely on.</summary>
    internal void CheckSequence(ReadOnlySpan<int> tokens, int length, int sequence)
    {
        if (length > Shape.MaxPositions)
        {
            throw new LanguageModelException(
                $"{Name}: sequence {sequence} has {length} tokens, but the model's context ends at {Shape.MaxPositions}. "
                + "Shorten it, or lower block_length or max_new_tokens.");
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Shape.VocabularySize)
            {
                throw new LanguageModelException(
                    $"{Name}: sequence {sequence} holds token {token}, but the vocabulary ends at {Shape.VocabularySize - 1}. "
                    + "Use the tokenizer that belongs to this model.");
            }
        }
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

    private void EnsureWorkspace(int rowCount)
    {
        if (_workspace is not null && _workspace.RowCapacity >= rowCount)
        {
            return;
        }

        _workspace?.Dispose();
        var rows = Math.Max(rowCount, _options.MaxBatchRows);
        var logitRows = Math.Clamp(_options.MaxBatchLogits / Shape.VocabularySize, 1, rows);
        _workspace = new Workspace(Device, _architecture, rows, logitRows);
    }
}
