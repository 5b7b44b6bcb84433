using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>One model that is merged: its configuration and its tensors.</summary>
public sealed class ParentModel
{
    private readonly HashSet<string> _names;
    private readonly Lazy<(Vocabulary? Tokens, string? Damage)> _tokenizer;
    private readonly Lazy<bool> _isHeadTheEmbedding;
    private readonly Lazy<CustomCode> _code;
    private readonly Lazy<ImmutableArray<string>> _soundness;

    // Of the tensors that were looked at, the largest magnitude in each.
    private readonly Dictionary<string, double> _largest = new(StringComparer.Ordinal);
    private bool _isKnownFinite;

    internal ParentModel(string name, ModelDirectory? directory, JsonObject config, ITensorSource weights, LoraAdapter? adapter = null)
    {
        Name = name;
        Directory = directory;
        Config = config;
        Sections = [.. ConfigSections.Of(config)];
        Weights = weights;
        Adapter = adapter;
        Head = weights.Names.FirstOrDefault(TiedHead.IsHead);
        Embedding = weights.Names.FirstOrDefault(TiedHead.IsEmbedding);
        _isHeadTheEmbedding = new Lazy<bool>(() => Head is not null && Embedding is not null && TiedHead.SameBytes(this, Head, Embedding));
        _soundness = new Lazy<ImmutableArray<string>>(() => ConfigChecks.CheckAlone(this));
        _code = new Lazy<CustomCode>(() => CustomCode.Of(directory));
        _names = new HashSet<string>(weights.Names, StringComparer.Ordinal);
        Layers = LayerStack.Of(weights.Names, config);
        _tokenizer = new Lazy<(Vocabulary?, string?)>(ReadTokenizer);
    }

    /// <summary>The name that recipes use.</summary>
    public string Name { get; }

    /// <summary>Its directory, or <see langword="null"/> for a model in memory.</summary>
    public ModelDirectory? Directory { get; }

    /// <summary>The content of its <c>config.json</c>. Not to be changed.</summary>
    public JsonObject Config { get; }

    /// <summary>The parts of <see cref="Config"/> that describe the language model, outermost first.</summary>
    internal ImmutableArray<JsonObject> Sections { get; }

    /// <summary>Names, shapes and types of its tensors. With an adapter the values are those of <see cref="Load"/>.</summary>
    public ITensorSource Weights { get; }

    /// <summary>The adapter that is added to it, or <see langword="null"/>.</summary>
    internal LoraAdapter? Adapter { get; }

    internal LayerStack Layers { get; }

    /// <summary>The name of its output head, or <see langword="null"/> when it stores none.</summary>
    internal string? Head { get; }

    /// <summary>The name of its input embedding, where one is recognised.</summary>
    internal string? Embedding { get; }

    /// <summary>Whether head and embedding are the same numbers, bit for bit. Both are read once.</summary>
    internal bool IsHeadTheEmbedding => _isHeadTheEmbedding.Value;

    /// <summary>The Python code that it brings along, found once.</summary>
    internal CustomCode Code => _code.Value;

    /// <summary>Its tokens, read once; <see langword="null"/> when it brings no tokenizer, or a damaged one.</summary>
    internal Vocabulary? Vocabulary => _tokenizer.Value.Tokens;

    /// <summary>
    /// What is wrong with its <c>tokenizer.json</c>, with the cure; <see langword="null"/> when nothing is, or there is none.
    /// </summary>
    internal string? TokenizerDamage => _tokenizer.Value.Damage;

    /// <summary>
    /// Refuses a model that is quantised or contradicts itself, and returns what does not prevent merging but is worth knowing.
    /// Looked at once: a search plans thousands of merges of the same models.
    /// </summary>
    /// <exception cref="MergeException">It cannot be merged with anything.</exception>
    internal ImmutableArray<string> EnsureSound() => _soundness.Value;

    private (Vocabulary? Tokens, string? Damage) ReadTokenizer()
    {
        try
        {
            return (Directory is null ? null : Vocabulary.Of(Directory), null);
        }
        catch (ConvergenceException exception)
        {
            return (null, exception.Message);
        }
    }

    internal bool Has(string tensor) => _names.Contains(tensor);

    /// <summary>The value under a key of the first part of the configuration that has one, or <see langword="null"/>.</summary>
    internal JsonNode? Setting(string key)
    {
        foreach (var section in Sections)
        {
            if (section[key] is { } value)
            {
                return value;
            }
        }

        return null;
    }

    internal DeviceTensor? Find(string tensor) => Weights.TryGet(tensor, out var found) ? found : null;

    /// <summary>Makes a tensor ready for a device: the model's own where that will do.</summary>
    internal LoadedTensor Load(string tensor, ComputeDevice device)
    {
        if ((Weights as AdaptedWeights)?.Compute(tensor) is { } computed)
        {
            var moved = device.Import(computed);
            if (!ReferenceEquals(moved, computed))
            {
                computed.Dispose();
            }

            return new LoadedTensor(moved, IsOwned: true);
        }

        var own = Find(tensor) ?? throw new InvalidOperationException($"{Name} has lost its tensor {tensor} since the merge was planned.");
        (own as HostTensor)?.EnsureWhole();
        var imported = own is HostTensor host ? device.Import(host) : own;
        return new LoadedTensor(imported, IsOwned: !ReferenceEquals(imported, own))
        {
            LargestMagnitude = _largest.GetValueOrDefault(tensor, double.PositiveInfinity),
        };
    }

    /// <summary>Refuses weights that are not numbers. All tensors are read once; later calls cost nothing.</summary>
    internal void EnsureFinite(ComputeDevice device)
    {
        if (_isKnownFinite)
        {
            return;
        }

        var names = Weights.Names.Where(name => Find(name)!.DType.IsComputable()).ToArray();
        using var looks = device.Merging.BeginLooks(names.Length);
        foreach (var name in names)
        {
            using var loaded = Load(name, device);
            looks.AddLargestMagnitude(loaded.Tensor);
        }

        foreach (var (name, largest) in names.Zip(looks.Read()))
        {
            if (!double.IsFinite(largest))
            {
                using var loaded = Load(name, device);
                NonFiniteWeights.Refuse([(this, name)], loaded.Tensor, device);
            }

            _largest[name] = largest;
        }

        _isKnownFinite = true;
    }
}
