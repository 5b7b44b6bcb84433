using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>One model that is merged: its configuration and its tensors.</summary>
public sealed class ParentModel
{
    private readonly HashSet<string> _names;
    private readonly Lazy<Vocabulary?> _vocabulary;
    private bool _isKnownFinite;

    internal ParentModel(string name, ModelDirectory? directory, JsonObject config, ITensorSource weights)
    {
        Name = name;
        Directory = directory;
        Config = config;
        Weights = weights;
        _names = new HashSet<string>(weights.Names, StringComparer.Ordinal);
        Layers = LayerStack.Of(weights.Names, config);
        _vocabulary = new Lazy<Vocabulary?>(() => directory?.FindFile("tokenizer.json") is { } file ? Vocabulary.ReadFile(file) : null);
    }

    /// <summary>The name that recipes use.</summary>
    public string Name { get; }

    /// <summary>Its directory, or <see langword="null"/> for a model in memory.</summary>
    public ModelDirectory? Directory { get; }

    /// <summary>The content of its <c>config.json</c>. Not to be changed.</summary>
    public JsonObject Config { get; }

    public ITensorSource Weights { get; }

    internal LayerStack Layers { get; }

    /// <summary>Its tokens, read once; <see langword="null"/> when it brings no tokenizer that lists them.</summary>
    internal Vocabulary? Vocabulary => _vocabulary.Value;

    internal bool Has(string tensor) => _names.Contains(tensor);

    internal DeviceTensor? Find(string tensor) => Weights.TryGet(tensor, out var found) ? found : null;

    /// <summary>Refuses weights that are not numbers. All tensors are read once; later calls cost nothing.</summary>
    internal void EnsureFinite(ComputeDevice device)
    {
        if (_isKnownFinite)
        {
            return;
        }

        foreach (var name in Weights.Names)
        {
            var tensor = Find(name)!;
            if (!tensor.DType.IsComputable())
            {
                continue;
            }

            var imported = tensor is HostTensor host ? device.Import(host) : tensor;
            var count = device.Merging.CountNonFinite(imported);
            if (count > 0)
            {
                throw new MergeException(
                    $"{Name}: tensor {name} {tensor.Shape} has {count} {(count == 1 ? "element that is" : "elements that are")} NaN or infinite. "
                    + "Such a model is damaged and every merge with it would be; use another checkpoint of it.");
            }
        }

        _isKnownFinite = true;
    }
}
