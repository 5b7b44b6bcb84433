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
/// Several models of one configuration may be loaded side by side, as its members (<see cref="LanguageModelOptions.MaxMembers"/>): they
/// are scored in the same passes, each with the scores that it has alone.
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
    private int[] _partTokens = [];
    private float[] _partScores = [];
    private int _continuedMember;

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

    /// <summary>The models that were loaded side by side; 1 for one alone.</summary>
    public int MemberCount { get; private set; } = 1;

    /// <summary>
    /// Bytes of weights on the device, of all members that there is room for: matrices and vectors as F32, the embedding table as it was
    /// stored.
    /// </summary>
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
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxMembers, 1);
        var architecture = ArchitectureLoader.Load(
            device,
            new ConfigReader(config, modelName),
            new WeightReader(device, weights, modelName, member: 0, options.MaxMembers),
            options.RefuseNonFiniteWeights,
            reuse: null);
        return new LanguageModel(device, architecture, modelName, options);
    }

    /// <summary>Loads models side by side.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="models">At least one, and at most <see cref="LanguageModelOptions.MaxMembers"/>.</param>
    /// <param name="modelName">What error messages call each of them.</param>
    /// <param name="options">Batch sizes, and the room for models.</param>
    /// <exception cref="LanguageModelException">As for <see cref="Load"/>.</exception>
    /// <exception cref="ArgumentException">Their configurations or the types of their tensors differ.</exception>
    public static LanguageModel LoadMembers(
        ComputeDevice device, IReadOnlyList<ModelSource> models, string modelName, LanguageModelOptions options)
    {
        var loaded = Load(device, models[0].Config, models[0].Weights, modelName, options);
        try
        {
            loaded.TakeOthers(models);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
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
            new WeightReader(Device, weights, Name, member: 0, _options.MaxMembers),
            _options.RefuseNonFiniteWeights,
            _architecture);
        MemberCount = 1;
        if (!ReferenceEquals(loaded, _architecture))
        {
            _architecture.Dispose();
            _workspace?.Dispose();
            _workspace = null;
            _architecture = loaded;
        }

        _generator.ForgetCache();
    }

    /// <summary>Takes the weights of other models side by side, as <see cref="Reload"/>.</summary>
    /// <exception cref="LanguageModelException">As for <see cref="Load"/>.</exception>
    /// <exception cref="ArgumentException">Their configurations or the types of their tensors differ, or there are too many.</exception>
    public void ReloadMembers(IReadOnlyList<ModelSource> models)
    {
        Reload(models[0].Config, models[0].Weights);
        TakeOthers(models);
    }

    /// <summary>Continues prompts, many at a time, with a key-value cache; asked of a model alone.</summary>
    /// <param name="prompts">Token ids, at least one each.</param>
    /// <param name="options">How tokens are chosen and when a sequence ends.</param>
    /// <param name="cancellation">Ends the generation between two steps.</param>
    /// <returns>One continuation per prompt, in the prompts' order; the same whatever shares the batch.</returns>
    public GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, CancellationToken cancellation = default)
    {
        RequireOne();
        return Generate(prompts, options, monitor: null, member: 0, cancellation);
    }

    /// <summary>As the method above, by one of the members, with a watcher that may end a sequence after any of its tokens.</summary>
    internal GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, IGenerationMonitor? monitor, int member, CancellationToken cancellation)
    {
        _continuedMember = member;
        try
        {
            return _generator.Generate(prompts, options, monitor, cancellation);
        }
        finally
        {
            _continuedMember = 0;
        }
    }

    /// <summary>Sequences that grow together and may join and leave at any time; asked of a model alone.</summary>
    /// <param name="sequenceCount">How many at most, at least 1.</param>
    /// <param name="sequenceCapacity">The most tokens of each, prompt and new ones together, in [1, the model's context].</param>
    /// <returns>The caller disposes of it; after <see cref="Reload"/> it must not be used any more.</returns>
    public SequenceBatch CreateSequenceBatch(int sequenceCount, int sequenceCapacity)
    {
        RequireOne();
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

    /// <summary>Runs the batch through the member that continues sequences, or a model alone.</summary>
    internal Workspace RunBatch(KeyValueCache? cache) => RunBatch(cache, _continuedMember, memberCount: 1);

    /// <summary>Logits of output rows; of several members as many of each, the first member's first.</summary>
    internal MatrixView ProjectLogits(int firstOutput, int count) => ForwardPass.ProjectLogits(
        Device, _architecture, _batch, _workspace!, firstOutput * _batch.MemberCount, count * _batch.MemberCount);

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

    private void TakeOthers(IReadOnlyList<ModelSource> models)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(models.Count, _options.MaxMembers);
        for (var member = 1; member < models.Count; member++)
        {
            var (config, weights) = models[member];
            if (!JsonNode.DeepEquals(config, models[0].Config))
            {
                throw new ArgumentException($"{Name}: models side by side have one configuration.", nameof(models));
            }

            ArchitectureLoader.Load(
                Device,
                new ConfigReader(config, Name),
                new WeightReader(Device, weights, Name, member, _options.MaxMembers),
                _options.RefuseNonFiniteWeights,
                _architecture);
        }

        MemberCount = models.Count;
    }

    private Workspace RunBatch(KeyValueCache? cache, int firstMember, int memberCount)
    {
        EnsureWorkspace(_batch.RowCount * memberCount);
        _batch.Spread(firstMember, memberCount, OutputsAtOnce(memberCount));
        ForwardPass.Run(Device, _architecture, _batch, _workspace!, cache);
        return _workspace!;
    }

    // Output rows of each of so many members whose logits are held together.
    private int OutputsAtOnce(int memberCount) => _workspace!.LogitRowCapacity / memberCount;

    private void EnsureWorkspace(int rowCount)
    {
        if (_workspace is not null && _workspace.RowCapacity >= rowCount)
        {
            return;
        }

        _workspace?.Dispose();
        _workspace = null;
        var rows = Math.Max(rowCount, checked(_options.MaxBatchRows * _options.MaxMembers));
        var logitRows = Math.Clamp(_options.MaxBatchLogits / Shape.VocabularySize, _options.MaxMembers, rows);
        _workspace = new Workspace(Device, _architecture, rows, logitRows);
    }
}
