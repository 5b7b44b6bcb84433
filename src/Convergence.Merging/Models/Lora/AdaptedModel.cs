using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>The model that a LoRA adapter is added to, asked for its tensors by the names that the adapter has for them.</summary>
/// <param name="name">Its name in the recipe.</param>
/// <param name="weights">Its tensors.</param>
internal sealed class AdaptedModel(string name, ITensorSource weights)
{
    private readonly HashSet<string> _names = weights.Names.ToHashSet(StringComparer.Ordinal);

    /// <summary>Its name in the recipe.</summary>
    public string Name => name;

    /// <summary>The tensor that an adapter's name means; <see langword="null"/> where the model has none.</summary>
    public string? Match(string target) => LoraNames.Match(target, weights.Names, _names);

    public bool TryGet(string tensor, [NotNullWhen(true)] out DeviceTensor? found) => weights.TryGet(tensor, out found);
}
