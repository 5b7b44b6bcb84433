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
public sealed partial class LanguageModel : IDisposable
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

    /// <summary>The extents of a model that could be loaded; the values of its weights are not looked at.</summary>
    /// <exception cref="LanguageModelException">
    /// The architecture or an option of it is not supported, or a tensor is missing, misshapen or without arithmetic.
    /// </exception>
    public static ModelShape Examine(ComputeDevice device, JsonObject config, ITensorSource weights, string modelName) =>
        ArchitectureLoader.Examine(new ConfigReader(config, modelName), new WeightReader(device, weights, modelName));

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

    /// <summary>Continues prompts, many at a time, with a key-value cache.</summary>
    /// <param name="prompts">Token ids, at least one each.</param>
    /// <param name="options">How tokens are chosen and when a sequence ends.</param>
    /// <param name="cancellation">Ends the generation between two steps.</param>
    /// <returns>One continuation per prompt, in the prompts' order; the same whatever shares the batch.</returns>
    public GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, CancellationToken cancellation = default) =>
        _generator.Generate(prompts, options, monitor: null, cancellation);

    /// <summary>As the method above, with a watcher that may end a sequence after any of its tokens.</summary>
    internal GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, IGenerationMonitor? monitor, CancellationToken cancellation) =>
        _generator.Generate(prompts, options, monitor, cancellation);

    /// <summary>Sequences that grow together and may join and leave at any time.</summary>
    /// <param name="sequenceCount">How many at most, at least 1.</param>
    /// <param name="sequenceCapacity">The most tokens of each, prompt and new ones together, in [1, the model's context].</param>
    /// <returns>The caller disposes of it; after <see cref="Reload"/> it must not be used any more.</returns>
    public SequenceBatch CreateSequenceBatch(int sequenceCount, int sequenceCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequenceCapacity, Shape.MaxPositions);
        return new SequenceBatch(this, sequenceCount, sequenceCapacity);
    }

    public void Dispose()
    {
        _generator.Dispose();
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

    /// <summary>Checks what a sequence that is to be continued must be.</summary>
    internal void CheckPrompt(int[] prompt, int index)
    {
        if (prompt.Length == 0)
        {
            throw new LanguageModelException($"{Name}: prompt {index} is empty. Give at least one token, for example BOS.");
        }

        CheckSequence(prompt, prompt.Length, index);
    }

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
